// Any bytes are an error or the form of the value that they decode to.

#include <cstdlib>

#include "wasm/binary.h"
#include "wasm/binary_test_types.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hermes::wasm;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto value = binary_decode<test::GatewayResponse>(bytes)) {
    if (binary_encode(*value) != bytes) std::abort();
  }
  if (const auto value = binary_decode<test::Everything>(bytes)) {
    if (binary_encode(*value) != bytes || binary_size(*value) != size) std::abort();
  }
  return 0;
}
