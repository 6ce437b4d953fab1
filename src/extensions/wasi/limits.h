#pragma once

#include <cstddef>

namespace hermes::wasi {

/// What an app may hold. Its manifest can lower it: {"wasi": {"data_bytes": 1048576}}.
struct Limits {
  std::size_t data_bytes = std::size_t{1}
                           << 30;  // In /data and all /tmp, 16 KiB more for each name.
};

}  // namespace hermes::wasi
