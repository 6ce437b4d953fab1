#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/log.h"
#include "io/reactor.h"
#include "runtime/delivery.h"
#include "runtime/epoch_clock.h"
#include "runtime/executor.h"
#include "runtime/lanes.h"
#include "runtime/running_app.h"
#include "runtime/worker.h"

namespace hermes::runtime {

/// The workers of an engine, and what they share: the lanes and the clock.
class Crew {
 public:
  /// `log` outlives it. The reactors are there at once, the threads come with `start`.
  Crew(std::size_t workers, log::Log& log);
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

  /// Whether this thread runs a call of the app at the moment.
  bool runs_call_of(const RunningApp& app) const;

  /// For workers: has one that waits look round for deliveries to take.
  void wake_idle();

  /// Whether another worker has deliveries that it has not begun.
  bool can_help(const Worker& helper) const;

  /// Moves such deliveries to `helper`; returns whether there were any.
  bool help(Worker& helper);

  Lanes& lanes() { return lanes_; }
  const Lanes& lanes() const { return lanes_; }
  EpochClock& clock() { return *clock_; }

 private:
  Worker* busiest_but(const Worker& worker) const;

  Lanes lanes_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<io::Reactor*> reactors_;
  std::vector<Executor*> executors_;
  std::optional<EpochClock> clock_;
};

}  // namespace hermes::runtime
