#pragma once

// A @blocking host function runs in a blocking section of the worker whose call it serves. Short
// ones cost two atomic writes. One that the clock meets at several ticks is taken: another thread
// drives the worker on, and the thread inside has to get the worker back when the function returns.
//
//   const auto number = section.begin();                      // the thread that drives the worker
//   … section.tick([] { return there_is_a_thread; }) …        // the clock, each millisecond
//   if (section.end(number) == Section::End::Taken) …         // the thread that began

#include <atomic>
#include <cstdint>
#include <mutex>

#include "base/time.h"

namespace hermes::runtime {

/// The blocking section of one worker.
class Section {
 public:
  enum class End : std::uint8_t {
    Short,
    Held,   // It took long, and nobody was there to take the worker over.
    Taken,  // Another thread drives the worker.
  };
  enum class Tick : std::uint8_t {
    Nothing,
    Refused,  // The section is long, and was not taken; said once for each section.
    Taken,    // It is for the clock to have the worker driven.
  };

  /// For the thread that drives the worker: it is inside from now on. Returns the section's number.
  std::uint64_t begin() {
    const auto number = last_ + kStep;
    last_ = number;
    current_.store(number, std::memory_order_release);
    return number;  // Of `last_`, others may be making the next by now.
  }

  /// For the thread that began it. Taken: it does not drive the worker any more.
  End end(std::uint64_t number) {
    auto expected = number;
    if (current_.compare_exchange_strong(expected, kNone)) return End::Short;
    return end_of_long(number);
  }

  /// For the clock. `may_take` is asked while the thread inside cannot leave, so that it may look
  /// at what that thread was doing; it must not wait.
  template <typename F>
  Tick tick(F&& may_take) {
    const auto current = current_.load(std::memory_order_acquire);
    if (!meet(current)) return Tick::Nothing;
    const std::lock_guard lock(mutex_);
    auto expected = current;
    if (!current_.compare_exchange_strong(expected, kDeciding)) return Tick::Nothing;
    if (!may_take()) return refuse(current);
    current_ = kNone;
    return Tick::Taken;
  }

  /// After Held: since when somebody should have been there.
  MonotonicTime held_since() const { return held_since_; }

 private:
  static constexpr std::uint64_t kNone = 0;
  static constexpr std::uint64_t kRefused = 1;  // Added to the number of one that was not taken.
  static constexpr std::uint64_t kStep = 2;
  static constexpr std::uint64_t kDeciding = ~kNone;

  End end_of_long(std::uint64_t number);
  bool meet(std::uint64_t current);
  Tick refuse(std::uint64_t current);

  std::atomic<std::uint64_t> current_{kNone};
  std::uint64_t last_ = 0;  // For the thread that drives the worker.

  // For the clock.
  std::uint64_t met_ = kNone;
  int times_met_ = 0;

  std::mutex mutex_;  // Held while the clock decides.
  MonotonicTime held_since_{};
};

}  // namespace hermes::runtime
