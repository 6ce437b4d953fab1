#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "base/unique_function.h"
#include "runtime/call_failures.h"
#include "runtime/delivery.h"
#include "runtime/gate.h"
#include "runtime/generation.h"
#include "runtime/limits.h"
#include "runtime/queue_usage.h"
#include "runtime/run_line.h"

namespace hermes::runtime {

/// An app as the engine runs it: the generation that is current, the one that is to take over, and
/// what is on its way to them. Thread-safe.
class RunningApp {
 public:
  enum class Phase : std::uint8_t {
    Starting,   // Events wait, but for those that belong to the start. So it is while it changes.
    Open,       // Events are delivered.
    Draining,   // No new ones, but for those that its own calls raise.
    Cancelled,  // No new ones, and those that wait end undelivered.
  };

  /// `gate` outlives it, and opens for what `idle` and `phase` say.
  RunningApp(std::shared_ptr<const Generation> first, const QueueLimits& limits,
             std::size_t workers, Gate& gate);

  const AppId& id() const { return id_; }
  Phase phase() const { return phase_.load(); }
  int weight() const { return weight_.load(std::memory_order_relaxed); }
  const std::shared_ptr<AppQueue>& queue() const { return queue_; }
  FailureCounter& failures() { return failures_; }
  std::shared_ptr<const Generation> generation() const;

  /// The generation that an event goes to that begins now: those of the start go to the one that is
  /// to take over, if there is one.
  std::shared_ptr<const Generation> generation_for(const Event& event) const;
  void set_next(std::shared_ptr<const Generation> next);

  /// From the return on, no event begins on the generation before.
  void switch_to_next();

  /// Whether every event that it was sent is done. Whoever waits for that calls `watch` first.
  bool idle() const { return pending_.load() == 0; }
  void watch() { watched_.store(true); }

  /// Events that come from now on wait until `open`; the app was open.
  void pause();

  /// Takes the delivery while the app is starting, unless it belongs to the start.
  bool hold(std::unique_ptr<Delivery>& delivery);

  /// Hands what was held to `place`, in order, and then lets events pass.
  using Place = UniqueFunction<void(std::unique_ptr<Delivery>)>;

  /// What is held and was withdrawn.
  void sweep(Place place);
  void open(Place place);
  void drain();
  void cancel(Place place);

  // For deliveries: each is counted from its first to its last moment.
  RunningApp& count();
  void discount();

  // For workers, before and after each call: an app has as many at once as its limits say.

  /// Whether there was room for one more.
  bool begin_call();

  /// Returns whether a worker waits for the room.
  bool end_call();

  /// Before a worker waits for room, where `end_call` will find it; false if there is some already.
  bool wait_for_room();

  /// What it has to run on one worker; for the worker's RunQueue.
  RunLine& line(std::size_t worker) { return lines_[worker]; }

  /// How many events it was sent that are not done, and how many calls run.
  std::size_t pending() const { return pending_.load(); }
  std::size_t calls() const { return calls_.load(); }

  /// For the thread that drives the worker: its calls have used that much CPU time there.
  void count_cpu(std::size_t worker, std::chrono::nanoseconds time) {
    lines_[worker].count_cpu(time);
  }

  /// CPU time that its calls have used, on all workers. Of a call that has ended it is counted, but
  /// not yet, perhaps, what its worker did to end it.
  std::chrono::nanoseconds cpu_used() const;

  /// Threads that drive workers while calls of the app are in blocking sections; for the crew.
  std::atomic<std::size_t> spares{0};

 private:
  // What every event counts, on all workers, is together: their cores pass that memory round.
  std::atomic<std::size_t> pending_{0};
  std::atomic<std::size_t> calls_{0};
  const std::shared_ptr<AppQueue> queue_;
  mutable std::mutex mutex_;  // Of the members up to `held_`, and of changes of the phase.
  std::shared_ptr<const Generation> generation_;
  std::shared_ptr<const Generation> next_;  // Null unless one is to take over.
  DeliveryQueue held_;

  const AppId id_;
  std::atomic<int> weight_;
  std::atomic<std::size_t> most_calls_;
  std::atomic<Phase> phase_{Phase::Starting};
  std::atomic<bool> watched_{false};
  std::atomic<bool> awaited_{false};  // By workers: room for a call.
  Gate& gate_;
  FailureCounter failures_;
  std::vector<RunLine> lines_;
};

}  // namespace hermes::runtime
