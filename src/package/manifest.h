#pragma once

// What app.json says, checked (docs/schemas/app.schema.json):
//
//   {
//     "name": "board",                       also its host: board.localhost
//     "version": "1.0.0",
//     "modules": [{"id": "api", "component": "api.wasm", "config": {"days": 7},
//                  "settings_schema": {…},    a JSON schema of what whoever runs the app sets
//                  "share": "overrides"}],    files in place of those of its package
//     "www": "www",                          files that are served
//     "share": "share",                      files that the modules read
//     "icon": "www/icon.svg",
//     "description": "A message board.",
//     "build": "make",                       by which `hermes dev` makes the components
//     "log": {"level": "debug"},
//     "permissions": ["cron", "outbound:api.example.com"],     permissions.h
//     "hostnames": ["board.example.com"],    that it would like to answer to
//     "limits": {"memory_mib": 64, "cpu_ms": 1000, "wall_ms": 5000},
//     "http": {…}, "kv": {…}, "wasi": {…}    read by the extensions of these names
//   }

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/log.h"
#include "base/result.h"
#include "package/manifest_fields.h"
#include "runtime/app.h"
#include "runtime/limits.h"
#include "schema/json_schema.h"

namespace hermes::package {

struct Manifest {
  using Path = ManifestPath;
  struct Module {
    runtime::ModuleId id;  // Of a module without one, the file's name without its ending.
    Path component;
    std::optional<Path> share;                  // A directory, in place of what its package shares.
    std::string config;                         // JSON, "{}" without one.
    bool has_id;                                // The manifest tells the id.
    const json::Value* config_place = nullptr;  // Null if it tells no config.
    std::optional<schema::JsonSchema> settings_schema = std::nullopt;
  };

  json::Document document;
  std::string name = {};
  std::string version = {};
  std::vector<Module> modules = {};
  std::string description = {};
  std::optional<Path> icon = std::nullopt;
  std::optional<Path> www = std::nullopt;    // A directory.
  std::optional<Path> share = std::nullopt;  // A directory.
  std::string build = {};  // A command of the shell that makes the components; or empty.
  log::Level log_level = log::Level::Info;
  std::set<std::string> permissions = {};
  std::set<std::string> hostnames = {};
  runtime::CallLimits limits = {};
};

/// `file` is what messages call the text. An app may ask for less than `allowed`, never for more;
/// where it does not ask, it gets that.
Result<Manifest> parse_manifest(std::string text, std::string file,
                                const runtime::CallLimits& allowed);

}  // namespace hermes::package
