#pragma once

// What app.json says, checked (docs/schemas/app.schema.json):
//
//   {
//     "name": "board",                       also its host: board.localhost
//     "version": "1.0.0",
//     "modules": [{"id": "api", "component": "api.wasm", "config": {"days": 7}}],
//     "www": "www",
//     "log": {"level": "debug"},
//     "permissions": ["shutdown", "outbound:api.example.com"],
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
#include "runtime/app.h"
#include "runtime/limits.h"

namespace hermes::package {

struct Manifest {
  /// A path relative to the app, and the value that errors about it point at.
  struct Path {
    std::string path;
    const json::Value* place;  // In `document`.
  };
  struct Module {
    runtime::ModuleId id;  // Of a module without one, the file's name without its ending.
    Path component;
    std::string config;  // JSON, "{}" without one.
  };

  json::Document document;
  std::string name = {};
  std::string version = {};
  std::vector<Module> modules = {};
  std::optional<Path> www = std::nullopt;
  log::Level log_level = log::Level::Info;
  std::set<std::string> permissions = {};
  runtime::CallLimits limits = {};
};

/// `file` is what messages call the text. An app may ask for less than `allowed`, never for more;
/// where it does not ask, it gets that.
Result<Manifest> parse_manifest(std::string text, std::string file,
                                const runtime::CallLimits& allowed);

}  // namespace hermes::package
