#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "runtime/call.h"
#include "runtime/delivery.h"
#include "runtime/fifo.h"

namespace hermes::runtime {

/// A module of an event that has begun, whose call could not start with the first one's.
struct Unstarted {
  Delivery& delivery;
  const Module& module;
  std::unique_ptr<Unstarted> next;  // In the queue that holds it.
};

/// What one app has to run on one worker: a part of the worker's RunQueue, which guards it.
struct alignas(64) RunLine {
  bool can_start() const { return !is_full && (!unstarted.empty() || !ready.empty()); }
  bool can_go_on() const { return !woken.empty() || !yielded.empty(); }

  // What calls start for.
  Fifo<std::unique_ptr<Unstarted>> unstarted;
  DeliveryQueue ready;
  std::ptrdiff_t ready_count = 0;

  // Calls that go on.
  Fifo<std::shared_ptr<Call>> woken;
  Fifo<std::shared_ptr<Call>> yielded;

  /// Its virtual time: what it has used here, by its weight, and what it missed while it had
  /// nothing to run.
  std::chrono::nanoseconds time{0};
  /// What was used before calls in `yielded` since one of them ran.
  std::chrono::nanoseconds ahead{0};
  bool woken_is_next = false;
  bool is_full = false;  // Nothing starts: the app has as many calls as it may.

  std::array<std::size_t, 2> places{};  // In the heaps of the RunQueue, from 1; 0: in none.

  /// CPU time that the app has used here: counted by the thread that drives the worker, read by
  /// all, without the queue's guard.
  void count_cpu(std::chrono::nanoseconds more) {
    used.store(used.load(std::memory_order_relaxed) + more.count(), std::memory_order_relaxed);
  }
  std::chrono::nanoseconds cpu_used() const {
    return std::chrono::nanoseconds(used.load(std::memory_order_relaxed));
  }
  std::atomic<std::int64_t> used{0};
};

}  // namespace hermes::runtime
