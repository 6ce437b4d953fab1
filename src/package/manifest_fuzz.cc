#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "package/manifest.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const hermes::runtime::CallLimits allowed;
  const auto manifest = hermes::package::parse_manifest(
      std::string(reinterpret_cast<const char*>(data), size), "app.json", allowed);
  if (!manifest) return 0;
  if (manifest->limits.memory > allowed.memory || manifest->limits.cpu > allowed.cpu) std::abort();
  for (const auto& module : manifest->modules) {
    if (module.component.path.starts_with('/') || module.component.path.starts_with("../")) {
      std::abort();
    }
  }
  return 0;
}
