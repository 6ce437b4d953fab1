#include "package/module_manifest.h"

#include <utility>

namespace hermes::package {
Result<ModuleManifest> parse_module_manifest(std::string text, std::string file) {
  ModuleManifest manifest{TRY(json::Document::parse(std::move(text), std::move(file)))};
  const auto& root = manifest.document.root();
  TRY(root.only({"$schema", "name", "version", "description", "component", "config",
                 "config_schema", "settings_schema", "share"}));
  if (const auto* schema = root.find("$schema")) TRY(schema->string());
  manifest.name = TRY(read_name(*TRY(root.require("name"))));
  manifest.version = TRY(read_version(*TRY(root.require("version"))));
  manifest.component = TRY(read_path(*TRY(root.require("component"))));
  if (const auto* what = root.find("description")) manifest.description = TRY(what->string());
  if (const auto* share = root.find("share")) manifest.share = TRY(read_path(*share));
  if (const auto* config = root.find("config")) {
    TRY(config->object());
    manifest.config = config->text();
  }
  if (const auto* found = root.find("config_schema")) {
    manifest.config_schema = TRY(read_schema(manifest.document, *found));
    const auto* config = root.find("config");
    const auto wrong = config ? manifest.config_schema->check(*config) : std::nullopt;
    if (wrong) return wrong->error();
  }
  if (const auto* found = root.find("settings_schema")) {
    manifest.settings_schema = TRY(read_schema(manifest.document, *found));
  }
  return manifest;
}

}  // namespace hermes::package
