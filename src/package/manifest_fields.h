#pragma once

// What the manifests of apps and of modules have in common.

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "schema/json_schema.h"

namespace hermes::package {

/// A path relative to the manifest, and the value that errors about it point at.
struct ManifestPath {
  std::string path;
  const json::Value* place;  // In the document of the manifest.
};

/// Whether RE2 takes the whole text.
bool matches(std::string_view text, const char* pattern);

/// What may be a label of a host name.
Result<std::string> read_name(const json::Value& value);
/// A semantic version.
Result<std::string> read_version(const json::Value& value);
/// A path that stays inside.
Result<ManifestPath> read_path(const json::Value& value);
/// A JSON schema, which is a value of the document.
Result<schema::JsonSchema> read_schema(const json::Document& document, const json::Value& value);

}  // namespace hermes::package
