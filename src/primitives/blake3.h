#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/result.h"

namespace hermes::primitives {

/// Fills `out` with the BLAKE3 hash of `data`, or with its keyed hash.
Result<> blake3(std::span<const std::uint8_t> data,
                std::optional<std::span<const std::uint8_t, 32>> key, std::span<std::uint8_t> out);

}  // namespace hermes::primitives
