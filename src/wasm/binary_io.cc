#include "wasm/binary_io.h"

#include "base/utf8.h"

namespace hermes::wasm {

Error from_binary_error(const BinaryError& error) {
  return {Code::Corrupt, std::string("a stored value: ") + error.what()};
}

std::string_view BinaryReader::text(std::size_t count) {
  const auto taken = bytes(count);
  if (!is_utf8(taken)) throw BinaryError("a string is not UTF-8");
  return taken;
}

std::uint64_t BinaryReader::number() {
  std::uint64_t value = 0;
  for (unsigned shift = 0;; shift += 7) {
    const auto byte = plain<std::uint8_t>();
    const auto bits = std::uint64_t{byte} & 0x7F;
    if (shift == 63 && bits > 1) throw BinaryError("a number has more than 64 bits");
    value |= bits << shift;
    if ((byte & 0x80) == 0) {
      if (byte == 0 && shift > 0) throw BinaryError("a number is longer than it need be");
      return value;
    }
    if (shift == 63) throw BinaryError("a number has more than 64 bits");
  }
}

}  // namespace hermes::wasm
