#include "package/manifest.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

#include "base/strings.h"
#include "package/permissions.h"

namespace hermes::package {
namespace {

using json::Value;

constexpr std::size_t kModules = 100;
constexpr std::size_t kHostnames = 100;
constexpr auto kModuleId = "[A-Za-z0-9][A-Za-z0-9_.-]{0,62}";

// "dir/api.wasm" is "api".
std::string_view stem(std::string_view path) {
  const auto file = path.substr(path.rfind('/') + 1);
  return file.substr(0, file.rfind('.'));
}

Result<Manifest::Module> read_module(const json::Document& document, const Value& value) {
  TRY(value.only({"id", "component", "config", "settings_schema", "share"}));
  auto component = TRY(read_path(*TRY(value.require("component"))));
  const auto* id = value.find("id");
  std::string name(id ? TRY(id->string()) : stem(component.path));
  if (!matches(name, kModuleId)) {
    const std::string_view expected = "1 to 63 letters, digits, '_', '.' and '-'";
    if (id) return id->error(concat("expected ", expected));
    return value.error(concat("'id' is missing: the file's name is not ", expected));
  }
  const auto* config = value.find("config");
  if (config) TRY(config->object());
  std::optional<Manifest::Path> share;
  if (const auto* path = value.find("share")) share = TRY(read_path(*path));
  std::optional<schema::JsonSchema> settings;
  if (const auto* found = value.find("settings_schema")) {
    settings = TRY(read_schema(document, *found));
  }
  return Manifest::Module{std::move(name),    std::move(component),
                          std::move(share),   config ? std::string(config->text()) : "{}",
                          id != nullptr,      config,
                          std::move(settings)};
}

Result<std::vector<Manifest::Module>> read_modules(const json::Document& document,
                                                   const Value& value) {
  const auto elements = TRY(value.array());
  if (elements.size() > kModules) return value.error(concat("more than ", kModules, " modules"));
  std::vector<Manifest::Module> modules;
  for (const auto& element : elements) {
    auto module = TRY(read_module(document, element));
    if (std::ranges::find(modules, module.id, &Manifest::Module::id) != modules.end()) {
      const auto* id = element.find("id");
      return (id ? *id : element)
          .error(concat("a module before this one is '", module.id, "' too"));
    }
    modules.push_back(std::move(module));
  }
  return modules;
}

Result<std::string> read_command(const Value& value) {
  const auto command = TRY(value.string());
  if (!command.empty() && command.find('\0') == command.npos) return std::string(command);
  return value.error("expected a command of the shell, as in \"make\"");
}

Result<log::Level> read_log_level(const Value& value) {
  TRY(value.only({"level"}));
  const auto* level = value.find("level");
  if (!level) return log::Level::Info;
  if (const auto parsed = log::parse_level(TRY(level->string()))) return *parsed;
  return level->error("expected trace, debug, info, warn or error");
}

Result<std::set<std::string>> read_permissions(const Value& value) {
  std::set<std::string> permissions;
  for (const auto& element : TRY(value.array())) {
    const auto name = TRY(element.string());
    if (!is_permission(name)) {
      return element.error(
          concat("expected a permission: ", kPermissionNames, punycode_hint(name)));
    }
    if (!permissions.emplace(name).second) return element.error("the permission stands twice");
  }
  return permissions;
}

Result<std::set<std::string>> read_hostnames(const Value& value) {
  const auto elements = TRY(value.array());
  if (elements.size() > kHostnames) {
    return value.error(concat("more than ", kHostnames, " names of hosts"));
  }
  std::set<std::string> hostnames;
  for (const auto& element : elements) {
    const auto name = TRY(element.string());
    if (!is_hostname(name)) {
      return element.error(
          concat("expected a name as in board.example.com, in lower case", punycode_hint(name)));
    }
    if (!hostnames.emplace(name).second) return element.error("the name stands twice");
  }
  return hostnames;
}

// `limit` becomes what the member asks for, in `unit`s of it.
template <typename Limit>
Result<> lower(Limit& limit, const Value& limits, std::string_view name, Limit unit) {
  const auto* value = limits.find(name);
  if (!value) return {};
  const auto most = static_cast<std::int64_t>(limit / unit);
  limit = static_cast<decltype(limit / unit)>(TRY(value->integer(1, most))) * unit;
  return {};
}

Result<runtime::CallLimits> read_limits(const Value& value, runtime::CallLimits limits) {
  TRY(value.only({"memory_mib", "cpu_ms", "wall_ms", "calls"}));
  constexpr std::chrono::nanoseconds kMillisecond = std::chrono::milliseconds(1);
  TRY(lower(limits.memory, value, "memory_mib", std::size_t{1} << 20));
  TRY(lower(limits.cpu, value, "cpu_ms", kMillisecond));
  TRY(lower(limits.wall, value, "wall_ms", kMillisecond));
  TRY(lower(limits.calls, value, "calls", std::size_t{1}));
  return limits;
}

}  // namespace

Result<Manifest> parse_manifest(std::string text, std::string file,
                                const runtime::CallLimits& allowed) {
  Manifest manifest{TRY(json::Document::parse(std::move(text), std::move(file)))};
  const auto& root = manifest.document.root();
  TRY(root.only({"$schema", "name", "version", "description", "icon", "build", "modules", "www",
                 "share", "log", "permissions", "hostnames", "limits", "http", "ipfs", "kv",
                 "sqlite", "wasi"}));
  if (const auto* schema = root.find("$schema")) TRY(schema->string());
  manifest.name = TRY(read_name(*TRY(root.require("name"))));
  manifest.version = TRY(read_version(*TRY(root.require("version"))));
  manifest.modules = TRY(read_modules(manifest.document, *TRY(root.require("modules"))));
  if (const auto* www = root.find("www")) manifest.www = TRY(read_path(*www));
  if (const auto* share = root.find("share")) manifest.share = TRY(read_path(*share));
  if (const auto* icon = root.find("icon")) manifest.icon = TRY(read_path(*icon));
  if (const auto* what = root.find("description")) {
    manifest.description = TRY(what->string());
  }
  if (const auto* build = root.find("build")) manifest.build = TRY(read_command(*build));
  if (const auto* log = root.find("log")) manifest.log_level = TRY(read_log_level(*log));
  if (const auto* permissions = root.find("permissions")) {
    manifest.permissions = TRY(read_permissions(*permissions));
  }
  if (const auto* hostnames = root.find("hostnames")) {
    manifest.hostnames = TRY(read_hostnames(*hostnames));
  }
  manifest.limits = allowed;
  if (const auto* limits = root.find("limits")) {
    manifest.limits = TRY(read_limits(*limits, allowed));
  }
  return manifest;
}

}  // namespace hermes::package
