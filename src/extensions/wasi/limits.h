#pragma once

#include <cstddef>

namespace hermes::wasi {

/// What an app may hold. Its manifest can lower it: {"wasi": {"data_bytes": 1048576}}.
struct Limits {
  std::size_t data_bytes = std::size_t{1} << 30;  // In /var, with 16 KiB for each name.
  std::size_t tmp_bytes = std::size_t{64} << 20;  // Of a call in /tmp, with 1 KiB for each name.
};

}  // namespace hermes::wasi
