#pragma once

// What a worker can run, and what of it is next. Each app has a line (run_line.h) of
//
//   new      events whose turn has come, and further modules of those that have begun
//   woken    calls that waited and can go on
//   yielded  calls that used up a slice
//
// Next is the app that has used the least time here, by its weight: its virtual time. One that had
// nothing to run comes back at the virtual time of whoever ran last, so that idling earns nothing.
// Within an app, new and woken take turns and go before yielded, but not for longer than `kAhead`.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "runtime/call.h"
#include "runtime/delivery.h"
#include "runtime/line_heap.h"
#include "runtime/run_line.h"
#include "runtime/running_app.h"

namespace hermes::runtime {

/// One worker's. An app is removed before it is gone.
class RunQueue {
 public:
  /// How much time new and woken calls of an app take before one that used up a slice has its turn.
  static constexpr std::chrono::nanoseconds kAhead = std::chrono::milliseconds(2);

  /// `worker` is the number of the worker that it belongs to.
  explicit RunQueue(std::size_t worker) : worker_(worker) {}

  /// What is next, and its app: one of the three, or nothing.
  struct Turn {
    std::shared_ptr<RunningApp> app;
    std::unique_ptr<Delivery> event;
    std::unique_ptr<Unstarted> module;
    std::shared_ptr<Call> call;
  };

  // From any thread.

  /// An event whose turn has come. Returns how many there are now.
  std::size_t push(std::unique_ptr<Delivery> delivery);

  /// Takes away half of the events, but not more than `most`.
  DeliveryQueue take_half(std::size_t most);

  /// Whether the app has as many calls as it may: its new ones stay until it has room again.
  void set_full(RunningApp& app, bool is_full);

  /// How many events could begin.
  std::size_t ready() const { return ready_.load(); }

  // For the worker's thread.

  /// Without `may_start`, only what goes on.
  Turn pop(bool may_start);
  bool can_start() const;
  bool can_go_on() const { return !go_on_.empty(); }

  /// The app has used that much time since it was popped.
  void charge(RunningApp& app, std::chrono::nanoseconds time);

  void push_woken(std::shared_ptr<Call> call);
  void push_yielded(std::shared_ptr<Call> call);

  /// What was popped and cannot start now. It is the first of its app again.
  void push_front(std::unique_ptr<Delivery> delivery);
  void push_front(std::unique_ptr<Unstarted> module);
  void push_back(std::unique_ptr<Unstarted> module);

  /// The app's events that were withdrawn.
  DeliveryQueue take_withdrawn(RunningApp& app);

  /// What of the app is new. Its calls are dropped: they have ended.
  struct Removed {
    DeliveryQueue events;
    Fifo<std::unique_ptr<Unstarted>> modules;
  };
  Removed remove(RunningApp& app);

 private:
  RunLine& line(RunningApp& app) { return app.line(worker_); }
  std::unique_ptr<Delivery> pop_ready(RunLine& line);
  void add_ready(RunLine& line, std::ptrdiff_t change);
  void update(RunLine& line);
  RunLine* least(bool may_start) const;
  Turn pop_from(RunLine& line, bool may_start);
  Turn pop_new(RunLine& line);

  const std::size_t worker_;
  mutable std::mutex mutex_;
  LineHeap start_{0};                // Lines that have something new.
  LineHeap go_on_{1};                // Lines that have calls; changed by the worker's thread only.
  std::chrono::nanoseconds now_{0};  // The virtual time of whoever ran last.
  bool is_slice_ = false;            // What was popped last had used up a slice before.
  std::atomic<std::size_t> ready_{0};
};

}  // namespace hermes::runtime
