#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace hermes::runtime {

/// How many events wait, and how many bytes they take, within limits. Thread-safe.
class QueueUsage {
 public:
  QueueUsage(std::size_t events, std::size_t bytes)
      : events_(std::min<std::uint64_t>(events, kMostEvents)),
        bytes_(std::min<std::uint64_t>(bytes, kMostBytes)) {}

  /// Whether there was room for one more event of that size.
  bool add(std::size_t bytes) {
    auto used = used_.load(std::memory_order_relaxed);
    do {
      if ((used >> kByteBits) >= events_ || bytes > bytes_ - (used & kMostBytes)) return false;
    } while (!used_.compare_exchange_weak(used, used + one(bytes), std::memory_order_relaxed));
    return true;
  }

  void remove(std::size_t bytes) { used_.fetch_sub(one(bytes), std::memory_order_relaxed); }

  std::size_t events() const { return used_.load(std::memory_order_relaxed) >> kByteBits; }
  std::size_t bytes() const { return used_.load(std::memory_order_relaxed) & kMostBytes; }

 private:
  // Both counts in one word, so that one step changes them together.
  static constexpr int kByteBits = 40;
  static constexpr std::uint64_t kMostBytes = (std::uint64_t{1} << kByteBits) - 1;
  static constexpr std::uint64_t kMostEvents = (std::uint64_t{1} << (64 - kByteBits)) - 1;

  static std::uint64_t one(std::size_t bytes) { return (std::uint64_t{1} << kByteBits) + bytes; }

  const std::uint64_t events_;
  const std::uint64_t bytes_;
  std::atomic<std::uint64_t> used_{0};
};

/// The room that one event takes in the queues; given back when it begins or ends.
class QueueShare {
 public:
  QueueShare() = default;
  QueueShare(QueueUsage& app, QueueUsage& engine, std::size_t bytes)
      : app_(&app), engine_(&engine), bytes_(bytes) {}
  QueueShare(QueueShare&& other) noexcept
      : app_(std::exchange(other.app_, nullptr)), engine_(other.engine_), bytes_(other.bytes_) {}
  QueueShare& operator=(QueueShare&& other) noexcept {
    std::swap(app_, other.app_);
    std::swap(engine_, other.engine_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~QueueShare() { release(); }

  void release() {
    if (app_ == nullptr) return;
    std::exchange(app_, nullptr)->remove(bytes_);
    engine_->remove(bytes_);
  }

 private:
  QueueUsage* app_ = nullptr;
  QueueUsage* engine_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace hermes::runtime
