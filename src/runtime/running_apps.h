#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "base/time.h"
#include "runtime/app_loader.h"
#include "runtime/extension.h"
#include "runtime/gate.h"
#include "runtime/limits.h"
#include "runtime/requests.h"
#include "runtime/running_app.h"
#include "runtime/scheduler.h"
#include "runtime/usage.h"

namespace hermes::runtime {

/// The apps of an engine: here they begin, change and end, and the extensions hear of it. What
/// begins, begins in the order of the extensions; what ends, ends in the reverse order. For one
/// thread.
class RunningApps {
 public:
  /// All outlive it. Whoever waits for something here is told by `gate`.
  RunningApps(AppLoader& loader, Scheduler& scheduler, Usage& usage,
              const std::vector<Extension*>& extensions, const Requests& requests, Gate& gate,
              log::Log& log)
      : loader_(loader),
        scheduler_(scheduler),
        usage_(usage),
        extensions_(extensions),
        requests_(requests),
        gate_(gate),
        log_(log) {}

  // As Engine says. An app has no more than the limits of `most`.

  Result<> start(App app, const CallLimits& most);
  Result<> update(App app, const CallLimits& most);
  Result<> stop(const AppId& id, std::chrono::nanoseconds grace);

  /// Says so where some of them have something left to do after the grace period.
  void stop_all(std::chrono::nanoseconds grace);

 private:
  struct AppAndFollowers {
    std::shared_ptr<RunningApp> app;
    std::vector<Extension*> told;  // By app_started.
  };

  AppAndFollowers* find(const AppId& id);
  Result<> open(AppAndFollowers& running);
  Result<> open(const App& app);
  Result<> update(AppAndFollowers& running, App app, const CallLimits& most);
  Result<> change(std::span<Extension* const> told, const App& before, const App& after);
  void wait_for_last_of(std::shared_ptr<const Generation> old);
  bool wait_until_idle(std::span<const std::shared_ptr<RunningApp>> apps, MonotonicTime due);
  void cancel(std::span<AppAndFollowers> running);
  void tell_failures(RunningApp& app) const;
  void tell_breaches(const RunningApp& app) const;

  AppLoader& loader_;
  Scheduler& scheduler_;
  Usage& usage_;
  const std::vector<Extension*>& extensions_;
  const Requests& requests_;
  Gate& gate_;
  log::Log& log_;
  std::vector<AppAndFollowers> apps_;
};

}  // namespace hermes::runtime
