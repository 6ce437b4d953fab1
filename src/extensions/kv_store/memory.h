#pragma once

#include <atomic>
#include <cstddef>

namespace hermes::kv_store {

/// Counts the bytes that an app's keys take. Thread-safe.
class Memory {
 public:
  explicit Memory(std::size_t limit) : limit_(limit) {}

  /// What took `from` bytes will take `to`. Nothing changes, and it is false, if that is more than
  /// there is; to take fewer is always granted.
  bool resize(std::size_t from, std::size_t to) {
    auto used = used_.load(std::memory_order_relaxed);
    for (;;) {
      const auto after = used - from + to;
      if (to > from && after > limit_) return false;
      if (used_.compare_exchange_weak(used, after, std::memory_order_relaxed)) return true;
    }
  }

  /// What is there already and counts from now on, even if it is more than there may be.
  void add(std::size_t bytes) { used_ += bytes; }

  /// What is used already stays, even if it is more.
  void set_limit(std::size_t limit) { limit_ = limit; }

  std::size_t limit() const { return limit_; }
  std::size_t used() const { return used_; }

 private:
  std::atomic<std::size_t> limit_;
  std::atomic<std::size_t> used_ = 0;
};

}  // namespace hermes::kv_store
