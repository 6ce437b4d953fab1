#pragma once

#include <atomic>
#include <cstdint>

#include "base/result.h"

namespace hermes::runtime {

/// How many calls came to an outcome other than done.
struct CallFailures {
  std::uint64_t trapped = 0;
  std::uint64_t out_of_memory = 0;
  std::uint64_t out_of_time = 0;
  std::uint64_t cancelled = 0;

  CallFailures& operator+=(const CallFailures& other) {
    trapped += other.trapped;
    out_of_memory += other.out_of_memory;
    out_of_time += other.out_of_time;
    cancelled += other.cancelled;
    return *this;
  }
  bool operator==(const CallFailures&) const = default;
};

/// Counts them for one app. Thread-safe.
class FailureCounter {
 public:
  /// A call failed with an error of that code.
  void count(Code code) { counter(code).fetch_add(1, std::memory_order_release); }

  /// What was counted elsewhere before these failures is seen by whoever looks there afterwards.
  CallFailures read() const {
    return {trapped_.load(), out_of_memory_.load(), out_of_time_.load(), cancelled_.load()};
  }

 private:
  std::atomic<std::uint64_t>& counter(Code code) {
    if (code == Code::OutOfMemory) return out_of_memory_;
    if (code == Code::TimedOut) return out_of_time_;
    return code == Code::Stopping ? cancelled_ : trapped_;
  }

  std::atomic<std::uint64_t> trapped_{0};
  std::atomic<std::uint64_t> out_of_memory_{0};
  std::atomic<std::uint64_t> out_of_time_{0};
  std::atomic<std::uint64_t> cancelled_{0};
};

}  // namespace hermes::runtime
