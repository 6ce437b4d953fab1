// Any text either is no path, or has a step for each slash.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "extensions/crypto/path.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hermes;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto path = crypto::parse_path(text);
  if (!path) return 0;
  const auto slashes = static_cast<std::size_t>(std::ranges::count(text, '/'));
  if (path->size() != slashes || path->size() > crypto::kMaxSteps) std::abort();
  return 0;
}
