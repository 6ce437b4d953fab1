// Any bytes either are one well-formed item, or are refused; and of an item, no part is one that
// begins where it begins.

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "extensions/kv_store/cbor.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using hermes::kv_store::check_cbor;
  if (!check_cbor({data, size})) return 0;
  if (check_cbor({data, size - 1})) std::abort();
  if (check_cbor({data, size / 2})) std::abort();
  return 0;
}
