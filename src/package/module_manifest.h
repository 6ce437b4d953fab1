#pragma once

// What module.json says, checked (docs/schemas/module.schema.json):
//
//   {
//     "name": "markdown",
//     "version": "1.0.0",
//     "description": "Makes pages of Markdown.",
//     "component": "markdown.wasm",
//     "share": "share",                      files that it reads
//     "config": {"tables": true},            for apps that give none of their own
//     "config_schema": {"type": "object"},   a JSON schema of what an app gives as its config
//     "settings_schema": {"type": "object"}  and of what whoever runs the app sets
//   }

#include <optional>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "package/manifest_fields.h"
#include "schema/json_schema.h"

namespace hermes::package {

struct ModuleManifest {
  json::Document document;
  std::string name = {};
  std::string version = {};
  std::string description = {};
  ManifestPath component = {};
  std::optional<ManifestPath> share = std::nullopt;  // A directory.
  std::string config = "{}";                         // JSON.
  std::optional<schema::JsonSchema> config_schema = std::nullopt;
  std::optional<schema::JsonSchema> settings_schema = std::nullopt;
};

/// `file` is what messages call the text.
Result<ModuleManifest> parse_module_manifest(std::string text, std::string file);

}  // namespace hermes::package
