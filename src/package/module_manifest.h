#pragma once

// What module.json says, checked (docs/schemas/module.schema.json):
//
//   {
//     "name": "markdown",
//     "version": "1.0.0",
//     "description": "Makes pages of Markdown.",
//     "component": "markdown.wasm",
//     "share": "share",                      files that it reads
//     "config": {"tables": true}             for apps that give none of their own
//   }

#include <optional>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "package/manifest_fields.h"

namespace hermes::package {

struct ModuleManifest {
  json::Document document;
  std::string name = {};
  std::string version = {};
  std::string description = {};
  ManifestPath component = {};
  std::optional<ManifestPath> share = std::nullopt;  // A directory.
  std::string config = "{}";                         // JSON.
};

/// `file` is what messages call the text.
Result<ModuleManifest> parse_module_manifest(std::string text, std::string file);

}  // namespace hermes::package
