#include "cli/package_description.h"

#include <chrono>
#include <cstdint>
#include <limits>
#include <set>
#include <string_view>

#include "base/escape.h"
#include "base/json.h"
#include "base/strings.h"
#include "cli/checked_package.h"

namespace hermes::cli {
namespace {

using Module = PackageDescription::Module;

std::int64_t milliseconds(std::chrono::nanoseconds time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
}

// A line for each, or "none".
std::string list(std::string_view title, const auto& names, std::string_view indent) {
  auto text = concat(indent, title, "\n");
  for (const auto& name : names) text += concat(indent, "  ", escape_controls(name), "\n");
  return names.empty() ? concat(text, indent, "  none\n") : text;
}

std::string indented(std::string_view text, std::string_view indent) {
  std::string all;
  for (const auto line : split(text, '\n')) {
    if (!line.empty()) all += concat(indent, line, "\n");
  }
  return all;
}

std::string text_of(const Module& module) {
  auto text = concat("  ", module.id, "  ", module.path, "\n");
  if (!module.name.empty()) {
    text += concat("    ", module.name, " ", module.version, "\n",
                   indented(describe(module.signers), "    "));
  }
  if (!module.config_schema.empty()) {
    text += concat("    schema of config\n      ", escape_controls(module.config_schema), "\n");
  }
  for (const auto& schema : module.settings_schemas) {
    text += concat("    schema of settings\n      ", escape_controls(schema), "\n");
  }
  if (!module.problem.empty()) return text + indented(escape_controls(module.problem), "    ");
  return concat(text, list("imports", module.interface.imports, "    "),
                list("exports", module.interface.exports, "    "));
}

std::string grants(std::string_view title, const std::set<std::string>& granted,
                   const std::set<std::string>& denied) {
  auto text = concat(title, "\n");
  for (const auto& name : granted) text += concat("  granted  ", name, "\n");
  for (const auto& name : denied) text += concat("  denied   ", name, "\n");
  return granted.empty() && denied.empty() ? text + "  none\n" : text;
}

std::string limits(const runtime::App& app) {
  const auto& call = app.limits;
  auto text = concat("limits of a call\n  memory    ", call.memory >> 20, " MiB\n  processor ",
                     milliseconds(call.cpu), " ms\n  time      ", milliseconds(call.wall),
                     " ms\ncalls at once\n  ", call.calls, "\n");
  constexpr auto kAll = std::numeric_limits<std::size_t>::max();
  const auto& storage = app.storage;
  if (storage.sqlite != kAll) text += concat("database\n  ", storage.sqlite, " bytes\n");
  if (storage.keys != kAll) text += concat("keys\n  ", storage.keys, " bytes\n");
  if (storage.files != kAll) text += concat("files that it writes\n  ", storage.files, " bytes\n");
  return text;
}

std::string files(const PackageDescription& package) {
  std::string text = "files\n";
  for (const auto& file : package.files) {
    text += concat("  ", file.path, "  ", file.size, " bytes");
    text += file.size == file.stored ? "\n" : concat(" in ", file.stored, "\n");
  }
  return text;
}

std::string array(const auto& names) {
  std::string text;
  for (const auto& name : names) text += concat(text.empty() ? "" : ",", json_quote(name));
  return concat("[", text, "]");
}

std::string objects(const auto& all, auto to_json) {
  std::string text;
  for (const auto& one : all) text += concat(text.empty() ? "" : ",", to_json(one));
  return concat("[", text, "]");
}

std::string json_of_module(const Module& module) {
  auto text = concat(R"({"id":)", json_quote(module.id), R"(,"path":)", json_quote(module.path));
  if (!module.name.empty()) {
    text += concat(R"(,"name":)", json_quote(module.name), R"(,"version":)",
                   json_quote(module.version), R"(,"signers":)", json_of(module.signers));
  }
  if (!module.config_schema.empty()) text += concat(R"(,"config_schema":)", module.config_schema);
  if (!module.settings_schemas.empty()) {
    text += concat(R"(,"settings_schemas":)",
                   objects(module.settings_schemas, [](const auto& schema) { return schema; }));
  }
  if (!module.problem.empty())
    return concat(text, R"(,"problem":)", json_quote(module.problem), "}");
  return concat(text, R"(,"imports":)", array(module.interface.imports), R"(,"exports":)",
                array(module.interface.exports), "}");
}

// Those that there are, each after a comma.
std::string json_of_storage(const runtime::StorageLimits& storage) {
  constexpr auto kAll = std::numeric_limits<std::size_t>::max();
  std::string text;
  if (storage.sqlite != kAll) text += concat(R"(,"sqlite_bytes":)", storage.sqlite);
  if (storage.keys != kAll) text += concat(R"(,"keys_bytes":)", storage.keys);
  if (storage.files != kAll) text += concat(R"(,"files_bytes":)", storage.files);
  return text;
}

std::string json_of_app(const runtime::App& app) {
  const auto granted = [](const auto& names, const auto& denied) {
    return concat(R"({"granted":)", array(names), R"(,"denied":)", array(denied), "}");
  };
  return concat(R"(,"id":)", json_quote(app.id), R"(,"permissions":)",
                granted(app.permissions, app.denied.permissions), R"(,"hostnames":)",
                granted(app.hostnames, app.denied.hostnames), R"(,"limits":{"memory_bytes":)",
                app.limits.memory, R"(,"cpu_ms":)", milliseconds(app.limits.cpu), R"(,"wall_ms":)",
                milliseconds(app.limits.wall), R"(,"calls":)", app.limits.calls,
                json_of_storage(app.storage), "}");
}

std::string json_of_signer(const package::Signer& signer) {
  const bool is_author = signer.role == package::Signer::Role::Author;
  return concat(R"({"role":")", is_author ? "author" : "publisher", R"(","subject":)",
                json_quote(signer.certificate.subject()), R"(,"certificate":")",
                package::to_hex(signer.certificate.digest()), R"(","valid_until":)",
                std::chrono::duration_cast<std::chrono::seconds>(
                    signer.certificate.valid_until().time_since_epoch())
                    .count(),
                R"(,"trusted":)", signer.doubt ? "false" : "true",
                signer.doubt ? concat(R"(,"problem":)", json_quote(signer.doubt->message())) : "",
                "}");
}

}  // namespace

std::string json_of(const std::vector<package::Signer>& signers) {
  return objects(signers, json_of_signer);
}

std::string text_of(const PackageDescription& package) {
  auto text = concat(package::name_of(package.kind), " ", package.name, " ", package.version, "\n",
                     escape_controls(package.what), package.what.empty() ? "" : "\n", "digest ",
                     package.digest, "\n");
  if (package.app) text += concat("id ", package.app->id, "\n");
  text += concat(package.size, " bytes\n", describe(package.signers), "modules\n");
  for (const auto& module : package.modules) text += text_of(module);
  if (package.modules.empty()) text += "  none\n";
  if (const auto& app = package.app) {
    text += grants("permissions", app->permissions, app->denied.permissions);
    text += grants("host names", app->hostnames, app->denied.hostnames);
    text += limits(*app);
  } else {
    text += concat("config\n  ", escape_controls(package.config), "\n");
  }
  return text + files(package);
}

std::string json_of(const PackageDescription& package) {
  const auto file = [](const PackageDescription::File& one) {
    return concat(R"({"path":)", json_quote(one.path), R"(,"bytes":)", one.size, R"(,"stored":)",
                  one.stored, "}");
  };
  return concat(R"({"kind":")", package::name_of(package.kind), R"(","name":)",
                json_quote(package.name), R"(,"version":)", json_quote(package.version),
                R"(,"description":)", json_quote(package.what), R"(,"digest":")", package.digest,
                R"(","bytes":)", package.size, R"(,"signers":)", json_of(package.signers),
                package.app ? json_of_app(*package.app) : concat(R"(,"config":)", package.config),
                R"(,"modules":)", objects(package.modules, json_of_module), R"(,"files":)",
                objects(package.files, file), "}\n");
}

}  // namespace hermes::cli
