#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "package/digests.h"

// What is read is written the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto digests = hermes::package::Digests::parse(text);
  if (digests && digests->format() != text) std::abort();
  return 0;
}
