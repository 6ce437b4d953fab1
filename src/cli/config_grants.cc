#include "cli/config_grants.h"

#include <chrono>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "base/strings.h"
#include "cli/config_json.h"
#include "package/permissions.h"

namespace hermes::cli {
namespace {

using package::Grants;

constexpr std::int64_t kMany = std::int64_t{1} << 40;
constexpr std::int64_t kMebibyte = std::int64_t{1} << 20;
constexpr std::int64_t kPage = 4'096;  // Of a database, which has one at least.
constexpr std::int64_t kDay = 86'400'000;

// A number that lowers a limit, or that weighs the app.
struct Limit {
  std::string_view key;
  std::int64_t min;
  std::int64_t max;
  void (*set)(Grants&, std::int64_t);
};

std::size_t size(std::int64_t value) {
  return static_cast<std::size_t>(value);
}

constexpr Limit kLimits[] = {
    {"memory_mib", 1, 4'096, [](Grants& to, std::int64_t n) { to.memory = size(n * kMebibyte); }},
    {"cpu_ms", 1, kDay, [](Grants& to, std::int64_t n) { to.cpu = std::chrono::milliseconds(n); }},
    {"wall_ms", 1, kDay,
     [](Grants& to, std::int64_t n) { to.wall = std::chrono::milliseconds(n); }},
    {"calls", 1, kMany, [](Grants& to, std::int64_t n) { to.calls = size(n); }},
    {"sqlite_bytes", kPage, kMany, [](Grants& to, std::int64_t n) { to.storage.sqlite = size(n); }},
    {"keys_bytes", 0, kMany, [](Grants& to, std::int64_t n) { to.storage.keys = size(n); }},
    {"files_bytes", 0, kMany, [](Grants& to, std::int64_t n) { to.storage.files = size(n); }},
    {"weight", 1, 100, [](Grants& to, std::int64_t n) { to.weight = static_cast<int>(n); }},
};

std::string known_keys() {
  std::string names = "permissions, hostnames, settings";
  for (const auto& limit : kLimits) names += concat(", ", limit.key);
  return names;
}

Result<std::set<std::string>> read_names(const toml::node& node, std::string_view file,
                                         bool (*is_one)(std::string_view),
                                         std::string_view expected) {
  const auto* array = node.as_array();
  if (array == nullptr) return config_error(file, node.source(), "expected an array");
  std::set<std::string> names;
  for (const auto& element : *array) {
    const auto* text = element.as_string();
    if (text == nullptr || !is_one(text->get())) {
      const auto hint = text == nullptr ? "" : package::punycode_hint(text->get());
      return config_error(file, element.source(), concat("expected ", expected, hint));
    }
    names.insert(text->get());
  }
  return names;
}

Result<> read_limit(Grants& grants, const Limit& limit, const toml::node& node,
                    std::string_view file) {
  const auto* number = node.as_integer();
  if (number != nullptr && number->get() >= limit.min && number->get() <= limit.max) {
    limit.set(grants, number->get());
    return {};
  }
  return config_error(
      file, node.source(),
      concat(limit.key, ": expected an integer from ", limit.min, " to ", limit.max));
}

Result<> read_settings(Grants& grants, const toml::node& node, std::string_view file) {
  const auto* modules = node.as_table();
  if (modules == nullptr) {
    return config_error(file, node.source(),
                        "expected a table for each module, as in "
                        "[apps.\"local:board\".settings.api]");
  }
  for (const auto& [module, settings] : *modules) {
    if (!settings.is_table()) {
      return config_error(file, settings.source(),
                          "expected a table, as in [apps.\"local:board\".settings.api]");
    }
    grants.settings[std::string(module.str())] = TRY(to_json(settings, file));
  }
  return {};
}

const Limit* find_limit(std::string_view key) {
  for (const auto& limit : kLimits) {
    if (limit.key == key) return &limit;
  }
  return nullptr;
}

}  // namespace

Error config_error(std::string_view file, const toml::source_region& region,
                   std::string_view what) {
  return {Code::InvalidArgument,
          concat(file, ":", region.begin.line, ":", region.begin.column, ": ", what)};
}

Result<Grants> read_grants(const toml::table& table, std::string_view file) {
  Grants grants;
  for (const auto& [key, node] : table) {
    const auto* limit = find_limit(key.str());
    if (limit != nullptr) {
      TRY(read_limit(grants, *limit, node, file));
    } else if (key.str() == "permissions") {
      grants.permissions = TRY(read_names(node, file, package::is_permission,
                                          concat("a permission: ", package::kPermissionNames)));
    } else if (key.str() == "hostnames") {
      grants.hostnames = TRY(read_names(node, file, package::is_hostname,
                                        "a name as in board.example.com, in lower case"));
    } else if (key.str() == "settings") {
      TRY(read_settings(grants, node, file));
    } else {
      return config_error(
          file, key.source(),
          concat("unknown key '", key.str(), "' of an app; known here: ", known_keys()));
    }
  }
  return grants;
}

}  // namespace hermes::cli
