#pragma once

#include <atomic>
#include <chrono>

#include "base/time.h"

namespace hermes::runtime {

/// When bytes last moved for an event that goes on while they do, as an exchange of HTTP with a
/// body that streams: the wall time of its calls counts from there. Thread-safe.
class Activity {
 public:
  void note() { last_.store(std::chrono::steady_clock::now(), std::memory_order_relaxed); }
  MonotonicTime last() const { return last_.load(std::memory_order_relaxed); }

 private:
  std::atomic<MonotonicTime> last_{MonotonicTime()};
};

}  // namespace hermes::runtime
