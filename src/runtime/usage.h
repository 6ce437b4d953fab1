#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/guarded.h"
#include "runtime/app.h"
#include "runtime/breaches.h"
#include "runtime/call_failures.h"

namespace hermes::runtime {

class RunningApp;
class Scheduler;

/// What an app that runs has used, and what it has under way.
struct AppUsage {
  std::uint64_t generation = 0;
  std::chrono::nanoseconds cpu{};
  std::size_t calls = 0;   // That run.
  std::size_t events = 0;  // That are not done.
  CallFailures failures;
  BreachCounts breaches;
};

/// The same of all apps together, those that are gone too.
struct EngineUsage {
  std::chrono::nanoseconds cpu{};
  std::size_t calls = 0;
  std::size_t events = 0;
  CallFailures failures;
  BreachCounts breaches;
};

/// Adds up what the apps of an engine use, and keeps it of those that are gone. Of a call that is
/// among the failures, the CPU time and the end are counted, too. Thread-safe.
class Usage {
 public:
  /// `scheduler` and `breaches` outlive it.
  Usage(Scheduler& scheduler, const Breaches& breaches)
      : scheduler_(scheduler), breaches_(breaches) {}

  /// Nothing of an app that does not run.
  std::optional<AppUsage> of(const AppId& app) const;
  EngineUsage all() const;

  /// Removes the app from the scheduler. Whoever adds all up finds what it used in one place.
  void remove(RunningApp& app);

 private:
  Scheduler& scheduler_;
  const Breaches& breaches_;
  Guarded<EngineUsage> gone_;  // What apps have used that do not run any more.
};

}  // namespace hermes::runtime
