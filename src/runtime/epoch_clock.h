#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <thread>

#include "base/unique_function.h"

namespace hermes::runtime {

/// Ends the slices of running guests: ticks every millisecond for each worker that runs some, and
/// sleeps soon after none does.
class EpochClock {
 public:
  static constexpr auto kTick = std::chrono::milliseconds(1);

  /// `tick` runs on the clock's thread, with the number of the worker; it must not wait.
  EpochClock(std::size_t workers, UniqueFunction<void(std::size_t)> tick);
  EpochClock(const EpochClock&) = delete;
  /// No tick comes afterwards.
  ~EpochClock();

  /// For the worker's thread: guests run from now on. Costs nothing while they do already.
  void guests_run(std::size_t worker) {
    auto& running = workers_[worker].running;
    if (running.load(std::memory_order_relaxed)) return;
    running.store(true);
    if (asleep_.load() != 0) wake();
  }

  /// For the worker's thread: none runs any more.
  void guests_rest(std::size_t worker) { workers_[worker].running.store(false); }

  /// Whether its thread sleeps until `guests_run`.
  bool asleep() const { return asleep_.load() != 0; }

 private:
  struct alignas(64) Worker {
    std::atomic<bool> running{false};
  };

  void run();
  bool tick_all();
  void sleep();
  void wake();

  const std::size_t count_;
  const std::unique_ptr<Worker[]> workers_;
  UniqueFunction<void(std::size_t)> tick_;
  std::atomic<int> asleep_{0};
  std::atomic<bool> ended_{false};
  std::jthread thread_;
};

}  // namespace hermes::runtime
