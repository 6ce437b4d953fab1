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
  QueueUsage(std::size_t events, std::size_t bytes) { limit(events, bytes); }

  /// From now on. What is more already stays.
  void limit(std::size_t events, std::size_t bytes) {
    limit_.store(word(std::min<std::uint64_t>(events, kMostEvents),
                      std::min<std::uint64_t>(bytes, kMostBytes)),
                 std::memory_order_relaxed);
  }

  /// Whether there was room for one more event of that size.
  bool add(std::size_t bytes) {
    const auto limit = limit_.load(std::memory_order_relaxed);
    auto used = used_.load(std::memory_order_relaxed);
    do {
      if (events_of(used) >= events_of(limit)) return false;
      if (bytes > bytes_of(limit) || bytes_of(used) > bytes_of(limit) - bytes) return false;
    } while (!used_.compare_exchange_weak(used, used + word(1, bytes), std::memory_order_relaxed));
    return true;
  }

  void remove(std::size_t bytes) { used_.fetch_sub(word(1, bytes), std::memory_order_relaxed); }

  std::size_t events() const { return events_of(used_.load(std::memory_order_relaxed)); }
  std::size_t bytes() const { return bytes_of(used_.load(std::memory_order_relaxed)); }

 private:
  // Both counts in one word, so that one step changes them together.
  static constexpr int kByteBits = 40;
  static constexpr std::uint64_t kMostBytes = (std::uint64_t{1} << kByteBits) - 1;
  static constexpr std::uint64_t kMostEvents = (std::uint64_t{1} << (64 - kByteBits)) - 1;

  static std::uint64_t word(std::uint64_t events, std::uint64_t bytes) {
    return (events << kByteBits) + bytes;
  }
  static std::uint64_t events_of(std::uint64_t word) { return word >> kByteBits; }
  static std::uint64_t bytes_of(std::uint64_t word) { return word & kMostBytes; }

  std::atomic<std::uint64_t> limit_{0};
  std::atomic<std::uint64_t> used_{0};
};

/// The room that one event takes of what its app may have, and either in the app's reserve or in
/// what all apps share; given back when it begins or ends.
class QueueShare {
 public:
  QueueShare() = default;
  QueueShare(QueueUsage& app, QueueUsage& place, std::size_t bytes)
      : app_(&app), place_(&place), bytes_(bytes) {}
  QueueShare(QueueShare&& other) noexcept
      : app_(std::exchange(other.app_, nullptr)), place_(other.place_), bytes_(other.bytes_) {}
  QueueShare& operator=(QueueShare&& other) noexcept {
    std::swap(app_, other.app_);
    std::swap(place_, other.place_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~QueueShare() { release(); }

  void release() {
    if (app_ == nullptr) return;
    std::exchange(app_, nullptr)->remove(bytes_);
    place_->remove(bytes_);
  }

 private:
  QueueUsage* app_ = nullptr;
  QueueUsage* place_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace hermes::runtime
