#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <thread>

#include "base/unique_function.h"

namespace hermes::runtime {

/// Ends the slices of running guests: ticks every millisecond for each worker that runs some.
///
/// Its thread sleeps while none does, on a timer that the first worker sets which runs a guest
/// again and that the last one stops: guests that are done within a tick do not wake it.
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
    if (state_.load() == State::Asleep) arm();
  }

  /// For the worker's thread: none runs any more.
  void guests_rest(std::size_t worker) {
    auto& running = workers_[worker].running;
    if (!running.load(std::memory_order_relaxed)) return;
    running.store(false);
    if (state_.load() == State::Armed) disarm();
  }

  /// Whether its thread sleeps with no timer set, until `guests_run`.
  bool asleep() const { return state_.load() == State::Asleep; }

  /// How often its thread has been woken.
  std::uint64_t wakes() const { return wakes_.load(); }

 private:
  enum class State : std::uint8_t {
    Asleep,   // Nobody runs guests.
    Armed,    // The timer is set, and the thread waits for it.
    Ticking,  // The thread looks each millisecond who does.
  };
  struct alignas(64) Worker {
    std::atomic<bool> running{false};
  };

  void run();
  void tick_until_idle();
  bool tick_all();
  bool any_runs() const;
  void arm();
  void disarm();
  void set_timer(std::chrono::nanoseconds time);

  const std::size_t count_;
  const std::unique_ptr<Worker[]> workers_;
  UniqueFunction<void(std::size_t)> tick_;
  const int timer_;
  std::atomic<State> state_{State::Asleep};
  std::atomic<bool> often_{false};  // Armed again soon after it was armed before.
  std::atomic<std::chrono::steady_clock::rep> last_armed_{0};
  std::atomic<std::uint64_t> wakes_{0};
  std::atomic<bool> ended_{false};
  std::jthread thread_;
};

}  // namespace hermes::runtime
