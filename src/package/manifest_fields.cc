#include "package/manifest_fields.h"

#include <re2/re2.h>

#include <algorithm>

#include "base/strings.h"

namespace hermes::package {
namespace {

constexpr auto kName = "[a-z0-9][a-z0-9-]{0,62}";  // What may be a label of a host name.
// As semver.org gives it.
constexpr auto kVersion =
    R"((0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*))"
    R"((-(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(\.(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?)"
    R"((\+[0-9a-zA-Z-]+(\.[0-9a-zA-Z-]+)*)?)";

}  // namespace

bool matches(std::string_view text, const char* pattern) {
  return RE2::FullMatch(re2::StringPiece(text.data(), text.size()), pattern);
}

Result<std::string> read_name(const json::Value& value) {
  const auto name = TRY(value.string());
  if (matches(name, kName)) return std::string(name);
  return value.error("expected 1 to 63 characters a-z, 0-9 and '-', not beginning with '-'");
}

Result<std::string> read_version(const json::Value& value) {
  const auto version = TRY(value.string());
  if (matches(version, kVersion)) return std::string(version);
  return value.error("expected a version as in 1.0.0 or 1.0.0-rc.1");
}

Result<ManifestPath> read_path(const json::Value& value) {
  const auto path = TRY(value.string());
  const auto segments = split(path, '/');
  const bool inside = std::ranges::none_of(segments, [](auto segment) {
    return segment.empty() || segment == "." || segment == ".." ||
           segment.find('\0') != segment.npos;
  });
  if (inside) return ManifestPath{std::string(path), &value};
  return value.error("expected a path inside the app, as in 'dir/file'");
}

Result<schema::JsonSchema> read_schema(const json::Document& document, const json::Value& value) {
  TRY(value.object());
  return schema::JsonSchema::read(document, value);
}

}  // namespace hermes::package
