#pragma once

#include <cstddef>
#include <cstdint>

namespace hermes::logging {

/// What an app may log; the rest is dropped and counted.
struct Limits {
  std::uint64_t records_per_second = 1'000;
  std::size_t bytes_per_record = std::size_t{64} << 10;  // Of all its texts together.
};

}  // namespace hermes::logging
