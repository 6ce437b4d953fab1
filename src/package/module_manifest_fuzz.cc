// Whatever module.json and its schemas are: an error, or a manifest whose own config keeps to them.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "package/module_manifest.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto manifest = hermes::package::parse_module_manifest(
      std::string(reinterpret_cast<const char*>(data), size), "module.json");
  if (!manifest) return 0;
  const auto& path = manifest->component.path;
  if (path.starts_with('/') || path.starts_with("../")) std::abort();
  const auto config = hermes::json::Document::parse(manifest->config, "config");
  if (!config) std::abort();
  const bool is_checked = manifest->document.root().find("config") != nullptr;
  if (is_checked && manifest->config_schema && manifest->config_schema->check(config->root())) {
    std::abort();
  }
  if (manifest->settings_schema) {
    static_cast<void>(manifest->settings_schema->check(config->root()).has_value());
  }
  return 0;
}
