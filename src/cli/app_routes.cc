#include <re2/re2.h>

#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/escape.h"
#include "base/strings.h"
#include "cli/checked_package.h"
#include "cli/package_commands.h"
#include "extensions/http_gateway/section.h"
#include "package/app_directory.h"
#include "package/manifest.h"

namespace hermes::cli {
namespace {

using http_gateway::AuthLevel;
using http_gateway::Endpoint;

constexpr std::size_t kManifestBytes = std::size_t{256} << 10;

Result<package::Manifest> read_manifest(const Invocation& invocation, UtcTime now) {
  const std::filesystem::path path = invocation.package.operand;
  const auto& limits = invocation.settings.engine.call_limits;
  std::error_code ignored;  // Opening it as a package says what is wrong.
  if (std::filesystem::is_directory(path, ignored)) return package::read_manifest(path, limits);
  const auto checked = TRY(check_package(path, invocation, now));
  auto text = TRY(checked.package.read("app.json", kManifestBytes).context(path.string()));
  return package::parse_manifest(std::move(text), "app.json", limits);
}

std::string list(const std::vector<std::string>& names, std::string_view none) {
  std::string text;
  for (const auto& name : names) text += concat(text.empty() ? "" : ",", name);
  return text.empty() ? std::string(none) : text;
}

std::string auth(AuthLevel level) {
  return level == AuthLevel::None ? "" : concat("  auth ", http_gateway::name(level));
}

std::string describe(const Endpoint& endpoint) {
  auto text = concat("  ", list(endpoint.methods, "any"), "  ", endpoint.path->pattern(), "  → ",
                     endpoint.module);
  if (!endpoint.content_types.empty()) text += concat("  of ", list(endpoint.content_types, ""));
  if (endpoint.body_schema) text += "  with a schema";
  return concat(escape_controls(text), auth(endpoint.auth), "  (", escape_controls(endpoint.id),
                ")\n");
}

std::string describe(const package::Manifest& manifest, const http_gateway::Section& section) {
  std::vector<std::string> modules;
  for (const auto& module : manifest.modules) modules.push_back(module.id);
  auto text =
      concat("hosts\n  ", manifest.name, ".localhost\n  ", manifest.name, ".hermes.local\n");
  if (section.is_default) text += "  localhost, addresses, and none\n";
  text += "endpoints, in the order in which they are asked\n";
  for (const auto& endpoint : section.endpoints.all()) text += describe(endpoint);
  if (section.endpoints.all().empty()) text += "  none\n";
  text += "then\n";
  if (!modules.empty()) {
    text += concat("  any  /api, /api/…  → ", list(modules, ""), ", until one does not decline",
                   auth(section.auth.api), "\n");
  }
  if (section.has_content) {
    text += concat("  GET  /ipfs/…  → content of IPFS, with the permission ipfs",
                   auth(section.auth.files), "\n");
  }
  text += manifest.www
              ? concat("  GET  /…  → files of ", manifest.www->path, auth(section.auth.files), "\n")
              : "  404\n";
  return text;
}

}  // namespace

Result<std::string> app_routes(const Invocation& invocation, UtcTime now) {
  const auto manifest = TRY(read_manifest(invocation, now));
  runtime::App app{.id = concat("local:", manifest.name), .name = manifest.name};
  for (const auto& module : manifest.modules) {
    app.modules.push_back({.id = module.id, .component = "", .config = ""});
  }
  app.manifest = manifest.document;
  const auto section = TRY(http_gateway::Section::read(app));
  return describe(manifest, section);
}

}  // namespace hermes::cli
