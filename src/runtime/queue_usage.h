#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
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

/// What waits for one app. Thread-safe.
class AppQueue {
 public:
  AppQueue(std::size_t events, std::size_t bytes, std::size_t reserved_events,
           std::size_t reserved_bytes)
      : all(events, bytes), reserve(reserved_events, reserved_bytes) {}

  QueueUsage all;      // Within what the app may have.
  QueueUsage reserve;  // Of these, the ones in its own part of the engine's queue.

  /// An event has given its place back that is still where it was.
  void count_withdrawn() { withdrawn_.fetch_add(1, std::memory_order_relaxed); }

  /// Whether there may be more of these than of all others: true for one who is to take them out.
  bool is_sweep_due() {
    constexpr std::size_t kFew = 64;
    const auto withdrawn = withdrawn_.load(std::memory_order_relaxed);
    return withdrawn > kFew + all.events() && withdrawn_.exchange(0) != 0;
  }

 private:
  std::atomic<std::size_t> withdrawn_{0};  // Since the last sweep.
};

/// The room that one event takes of what its app may have, and either in the app's reserve or in
/// what all apps share; given back when it begins, ends, or is withdrawn.
class QueueShare {
 public:
  QueueShare() = default;

  /// `shared` is null for one in the reserve. Who withdraws an event may come to this when its app
  /// is gone.
  QueueShare(std::shared_ptr<AppQueue> app, std::shared_ptr<QueueUsage> shared, std::size_t bytes)
      : app_(std::move(app)), shared_(std::move(shared)), bytes_(bytes) {}
  QueueShare(QueueShare&& other) noexcept = default;
  QueueShare& operator=(QueueShare&& other) noexcept {
    std::swap(app_, other.app_);
    std::swap(shared_, other.shared_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~QueueShare() { release(); }

  void release() {
    if (!app_) return;
    const auto app = std::move(app_);
    const auto shared = std::move(shared_);
    app->all.remove(bytes_);
    (shared ? *shared : app->reserve).remove(bytes_);
  }

  /// Likewise, of an event that stays in the queue for now.
  void withdraw() {
    if (app_) app_->count_withdrawn();
    release();
  }

 private:
  std::shared_ptr<AppQueue> app_;
  std::shared_ptr<QueueUsage> shared_;
  std::size_t bytes_ = 0;
};

}  // namespace hermes::runtime
