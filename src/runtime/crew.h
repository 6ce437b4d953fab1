#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/log.h"
#include "io/reactor.h"
#include "runtime/breaches.h"
#include "runtime/delivery.h"
#include "runtime/drivers.h"
#include "runtime/epoch_clock.h"
#include "runtime/executor.h"
#include "runtime/lanes.h"
#include "runtime/limits.h"
#include "runtime/running_app.h"
#include "runtime/worker.h"

namespace hermes::runtime {

/// The workers of an engine, and what they share: the lanes, the clock and the threads.
class Crew {
 public:
  /// `log` and `breaches` outlive it. The reactors are there at once, the threads come with
  /// `start`.
  Crew(std::size_t workers, const SpareLimits& spares, log::Log& log, Breaches& breaches);
  Crew(const Crew&) = delete;
  ~Crew();

  std::span<io::Reactor* const> reactors() const { return reactors_; }
  std::size_t size() const { return workers_.size(); }

  /// One executor for each worker, all of which outlive the threads.
  void start(std::span<Executor* const> executors);

  /// Ends the threads. Nothing is delivered afterwards.
  void stop();

  // From any thread.

  /// Puts a delivery in its lane, from which it goes to a worker: the one whose thread this is, or
  /// the one with the least to do.
  void place(std::unique_ptr<Delivery> delivery);

  /// Every worker ends what the app has there.
  void cancel(const std::shared_ptr<RunningApp>& app);

  /// Every worker ends the events of the app that were withdrawn, but for those in lanes.
  void sweep(const std::shared_ptr<RunningApp>& app);

  /// Whichever worker has the calls of the event ends them.
  void end_calls(const Ticket& ticket);

  /// For workers: those that wait to start a call of the app try again.
  void has_room(RunningApp& app);

  /// Whether this thread runs a call of the app at the moment.
  static bool runs_call_of(const RunningApp& app);

  /// For workers: has one that waits look round for deliveries to take.
  void wake_idle();

  /// Whether another worker has deliveries that it has not begun.
  bool can_help(const Worker& helper) const;

  /// Moves such deliveries to `helper`; returns whether there were any.
  bool help(Worker& helper);

  Lanes& lanes() { return lanes_; }
  const Lanes& lanes() const { return lanes_; }
  Breaches& breaches() const { return breaches_; }
  EpochClock& clock() { return *clock_; }

  /// For the clock: whether there is a spare thread for a worker that is in a call of the app. It
  /// is kept until `take_over`.
  bool has_spare_for(RunningApp& app);
  void take_over(Worker& worker) { drivers_.drive(worker); }

  /// For the call's thread: it drives its worker again.
  void spare_returns(RunningApp& app);

  /// How many blocking sections held their workers up, for want of a spare thread.
  std::uint64_t held() const { return held_.load(); }
  void count_held(const AppId& app);

 private:
  Worker* busiest_but(const Worker& worker) const;

  const SpareLimits most_spares_;
  Breaches& breaches_;
  Lanes lanes_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<io::Reactor*> reactors_;
  std::vector<Executor*> executors_;
  std::optional<EpochClock> clock_;
  std::atomic<std::size_t> spares_{0};  // That drive workers.
  std::atomic<std::uint64_t> held_{0};
  Drivers drivers_;
};

}  // namespace hermes::runtime
