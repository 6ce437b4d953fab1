#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "base/result.h"

namespace hermes::runtime {

/// How many calls came to an outcome other than done.
struct CallFailures {
  std::uint64_t trapped = 0;
  std::uint64_t out_of_memory = 0;
  std::uint64_t out_of_time = 0;
  std::uint64_t cancelled = 0;

  bool operator==(const CallFailures&) const = default;
};

/// Counts them for one app. Thread-safe.
class FailureCounter {
 public:
  /// A call failed with an error of that code.
  void count(Code code) { counts_[place(code)].fetch_add(1, std::memory_order_relaxed); }

  CallFailures read() const { return {at(kTrapped), at(kMemory), at(kTime), at(kCancelled)}; }

 private:
  enum Place : std::uint8_t { kTrapped, kMemory, kTime, kCancelled, kPlaces };

  static Place place(Code code) {
    if (code == Code::OutOfMemory) return kMemory;
    if (code == Code::TimedOut) return kTime;
    return code == Code::Stopping ? kCancelled : kTrapped;
  }
  std::uint64_t at(Place place) const { return counts_[place].load(std::memory_order_relaxed); }

  std::array<std::atomic<std::uint64_t>, kPlaces> counts_{};
};

}  // namespace hermes::runtime
