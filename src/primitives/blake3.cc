#include "primitives/blake3.h"

#include "hermes_primitives.h"

namespace hermes::primitives {

Result<> blake3(std::span<const std::uint8_t> data,
                std::optional<std::span<const std::uint8_t, 32>> key, std::span<std::uint8_t> out) {
  const auto* key_bytes = key ? key->data() : nullptr;
  const auto status = hermes_blake3(data.data(), data.size(), key_bytes, out.data(), out.size());
  if (status != hermes_primitive_Ok) return Error(Code::Corrupt, "the hash library panicked");
  return {};
}

}  // namespace hermes::primitives
