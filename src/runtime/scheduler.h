#pragma once

#include <cstddef>
#include <memory>

#include "base/log.h"
#include "runtime/breaches.h"
#include "runtime/crew.h"
#include "runtime/event.h"
#include "runtime/gate.h"
#include "runtime/limits.h"
#include "runtime/queue_usage.h"
#include "runtime/registry.h"

namespace hermes::runtime {

/// Accepts events for the apps that it knows, and has the crew deliver them. Thread-safe.
class Scheduler final : public Events {
 public:
  /// `gate`, `log` and `breaches` outlive it.
  Scheduler(std::size_t workers, QueueLimits limits, const SpareLimits& spares, Gate& gate,
            log::Log& log, Breaches& breaches);

  Crew& crew() { return crew_; }
  const Registry& apps() const { return apps_; }

  /// The app is known from now on, and starting. No app has its id.
  std::shared_ptr<RunningApp> add(std::shared_ptr<const Generation> generation);

  void open(RunningApp& app);

  /// What is on its way to the app ends soon: running calls as cancelled, events that have not
  /// begun as AppStopped.
  void cancel(const std::shared_ptr<RunningApp>& app);

  /// The app is not known any more.
  void remove(const AppId& id);

 private:
  Result<> accept(Event&& event) override;
  void end_calls(const Ticket& ticket) override { crew_.end_calls(ticket); }
  Result<QueueShare> find_room(const RunningApp& app, const Event& event, std::size_t size);
  void sweep(const std::shared_ptr<RunningApp>& app);
  void share_out();

  const QueueLimits limits_;
  Gate& gate_;
  Breaches& breaches_;
  const std::shared_ptr<QueueUsage> shared_;  // The engine's queue without the apps' reserves.
  Registry apps_;
  Crew crew_;
};

}  // namespace hermes::runtime
