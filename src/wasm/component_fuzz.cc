// Whatever a component's bytes are, compiling them ends in code or in an error.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "wasm/compile_apart.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  static_cast<void>(hermes::wasm::compile_here(bytes, {}).has_value());
  return 0;
}
