#include "extensions/wasi/world.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "base/strings.h"
#include "extensions/wasi/app_tree.h"

namespace hermes::wasi {
namespace {

constexpr std::size_t kMost = 1'000;

bool has_nul(std::string_view text) {
  return text.find('\0') != text.npos;
}

Result<std::string> read_text(const json::Value& value) {
  const auto text = TRY(value.string());
  if (has_nul(text)) return value.error("expected a text without NUL");
  return std::string(text);
}

Result<std::vector<std::string>> read_arguments(const json::Value& value) {
  const auto elements = TRY(value.array());
  if (elements.size() > kMost) return value.error(concat("more than ", kMost, " arguments"));
  std::vector<std::string> arguments;
  for (const auto& element : elements) arguments.push_back(TRY(read_text(element)));
  return arguments;
}

Result<std::vector<std::pair<std::string, std::string>>> read_environment(
    const json::Value& value) {
  const auto members = TRY(value.object());
  if (members.size() > kMost) return value.error(concat("more than ", kMost, " variables"));
  std::vector<std::pair<std::string, std::string>> environment;
  for (const auto& member : members) {
    if (member.name.empty() || member.name.find('=') != member.name.npos || has_nul(member.name)) {
      return member.value.error("the name of a variable is not empty and has no '='");
    }
    environment.emplace_back(member.name, TRY(read_text(member.value)));
  }
  return environment;
}

// What the manifest asks for is no more than what the engine allows, and counts if it is less than
// what is granted.
Result<> lower(std::size_t& limit, std::size_t most, const json::Value* asked) {
  if (asked == nullptr) return {};
  const auto bytes = TRY(asked->integer(0, static_cast<std::int64_t>(most)));
  limit = std::min(limit, static_cast<std::size_t>(bytes));
  return {};
}

}  // namespace

Result<World> world_of(const runtime::App& app, const Limits& limits,
                       const std::shared_ptr<const vfs::Tree>& content) {
  World world;
  world.files = tree_of(app, content);
  world.data_bytes = std::min(limits.data_bytes, app.storage.files);
  world.tmp_bytes = limits.tmp_bytes;
  world.hosts = TRY(net::OutboundHosts::among(app.permissions));
  world.sockets = TRY(net::SocketHosts::among(app.permissions));
  const auto* section = app.section("wasi");
  if (section == nullptr) return world;
  TRY(section->only({"arguments", "environment", "data_bytes", "tmp_bytes"}));
  if (const auto* arguments = section->find("arguments")) {
    world.arguments = TRY(read_arguments(*arguments));
  }
  if (const auto* environment = section->find("environment")) {
    world.environment = TRY(read_environment(*environment));
  }
  TRY(lower(world.data_bytes, limits.data_bytes, section->find("data_bytes")));
  TRY(lower(world.tmp_bytes, limits.tmp_bytes, section->find("tmp_bytes")));
  return world;
}

}  // namespace hermes::wasi
