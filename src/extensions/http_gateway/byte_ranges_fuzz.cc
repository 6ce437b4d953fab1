#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "extensions/http_gateway/byte_ranges.h"

// The first byte is the size of the file. No range is outside of it, and several are not more than
// it.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hermes::http_gateway;
  if (size == 0) return 0;
  const std::uint64_t file = data[0];
  const auto parsed =
      parse_ranges(std::string_view(reinterpret_cast<const char*>(data) + 1, size - 1), file);
  const auto* ranges = std::get_if<std::vector<ByteRange>>(&parsed);
  if (!ranges) return 0;
  if (ranges->empty()) std::abort();
  std::uint64_t total = 0;
  for (const auto& range : *ranges) {
    if (range.size == 0 || range.begin >= file || range.size > file - range.begin) std::abort();
    total += range.size;
  }
  if (ranges->size() > 1 && total > file) std::abort();
  return 0;
}
