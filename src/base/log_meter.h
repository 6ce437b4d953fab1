#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "base/guarded.h"
#include "base/time.h"

namespace hermes::log {

/// What an app may log; the rest is dropped and counted.
struct Limits {
  std::uint64_t records_per_second = 1'000;
  std::size_t bytes_per_record = std::size_t{64} << 10;  // Of all its texts together.
};

/// How many records were not written, and why.
struct Dropped {
  std::uint64_t too_many = 0;  // Past the limit of a second.
  std::uint64_t too_long = 0;

  std::uint64_t total() const { return too_many + too_long; }
};

/// Holds what one app logs to the limits. Thread-safe.
class Meter {
 public:
  explicit Meter(const Limits& limits) : limits_(limits) {}

  /// Whether a record of that size is to be written; if not, it is counted. A second begins with
  /// the first record after the one before has ended.
  bool admit(MonotonicTime now, std::size_t bytes);

  /// What was dropped since the last call.
  Dropped take_dropped() {
    return state_.with([](State& state) { return std::exchange(state.dropped, {}); });
  }

 private:
  struct State {
    MonotonicTime second = MonotonicTime::min();
    std::uint64_t records = 0;  // In that second.
    Dropped dropped;
  };

  const Limits limits_;
  Guarded<State> state_;
};

}  // namespace hermes::log
