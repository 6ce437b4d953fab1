#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "runtime/extension.h"

namespace hermes::crypto {

/// Fills the bytes with random numbers; false if there are none.
using Random = bool (*)(std::span<std::uint8_t> bytes);

/// Those of the operating system.
bool system_random(std::span<std::uint8_t> bytes);

/// hermes:crypto: mnemonics, the keys that Cardano makes of them, and their signatures.
std::unique_ptr<runtime::Extension> make(Random random = system_random);

}  // namespace hermes::crypto
