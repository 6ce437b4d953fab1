#pragma once

#include <cstddef>
#include <cstdint>

namespace hermes::kv_store {

/// What an app may hold. Its manifest can lower `app_bytes`: {"kv": {"memory_bytes": 1048576}}.
struct Limits {
  std::size_t app_bytes = std::size_t{64} << 20;   // Keys, values and what keeping them takes.
  std::size_t value_bytes = std::size_t{1} << 20;  // Of one value.
  std::size_t key_bytes = 1'024;
  std::uint32_t depth = 16;  // Of kv-update events, each raised by the handling of the one before.
};

}  // namespace hermes::kv_store
