#pragma once

#include <cstddef>
#include <cstdint>

namespace hermes::wasm {

/// What one call may take of the machine.
struct CallLimits {
  std::size_t memory = std::size_t{128} << 20;  // Bytes, over all linear memories and tables.
  /// Bytes that it makes the engine take at a time, with what it hands to one host function.
  std::size_t host_memory = std::size_t{128} << 20;
  std::uint32_t resources = 10'000;  // That it holds at a time.
};

/// What kept a call from having more memory.
enum class MemoryLimit : std::uint8_t {
  None,
  Call,
  App,     // All calls of the app together.
  Engine,  // All calls together.
};

}  // namespace hermes::wasm
