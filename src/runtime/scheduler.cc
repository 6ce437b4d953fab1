#include "runtime/scheduler.h"

#include <algorithm>
#include <utility>

#include "base/strings.h"

namespace hermes::runtime {

using Phase = RunningApp::Phase;

Scheduler::Scheduler(std::size_t workers, QueueLimits limits, const SpareLimits& spares, Gate& gate,
                     log::Log& log, Breaches& breaches)
    : limits_(limits),
      gate_(gate),
      breaches_(breaches),
      shared_(std::make_shared<QueueUsage>(limits.events, limits.bytes)),
      crew_(workers, spares, log, breaches) {}

std::shared_ptr<RunningApp> Scheduler::add(std::shared_ptr<const Generation> generation) {
  auto app = std::make_shared<RunningApp>(std::move(generation), limits_, crew_.size(), gate_);
  apps_.add(app);
  breaches_.add(app->id());
  share_out();
  return app;
}

void Scheduler::remove(const AppId& id) {
  apps_.remove(id);
  breaches_.remove(id);
  share_out();
}

void Scheduler::share_out() {
  const auto apps = apps_.size();
  const auto rest = [apps](std::size_t all, std::size_t reserved) {
    return all - std::min(all, apps * reserved);
  };
  shared_->limit(rest(limits_.events, limits_.reserved_events),
                 rest(limits_.bytes, limits_.reserved_bytes));
}

void Scheduler::open(RunningApp& app) {
  app.open([this](std::unique_ptr<Delivery> delivery) { crew_.place(std::move(delivery)); });
}

void Scheduler::cancel(const std::shared_ptr<RunningApp>& app) {
  app->cancel([this](std::unique_ptr<Delivery> delivery) { crew_.place(std::move(delivery)); });
  crew_.cancel(app);
}

Result<> Scheduler::accept(Event&& event) {
  const auto app = apps_.find(event.target.app);
  if (!app) return Error(Code::NotFound, concat("no app '", event.target.app, "' is running"));
  const auto size = event.size();
  // Counted before the phase is looked at: who stops the app sees the event, or we see the phase.
  auto delivery = std::make_unique<Delivery>(app, std::move(event));
  const auto phase = app->phase();
  const bool raised_by_call = phase == Phase::Draining && Crew::runs_call_of(*app);
  if (phase == Phase::Cancelled || (phase == Phase::Draining && !raised_by_call)) {
    return Error(Code::Stopping, concat("the app '", app->id(), "' is stopping"));
  }
  if (app->queue()->is_sweep_due()) sweep(app);
  auto share = TRY(find_room(*app, delivery->event, size));
  if (delivery->event.source.unique) {
    delivery->event.occupy(std::move(share));
  } else {
    delivery->share = std::move(share);
  }
  if (app->hold(delivery)) return {};
  crew_.place(std::move(delivery));
  // It may have come to a worker that had ended all of the app's already.
  if (app->phase() == Phase::Cancelled) crew_.cancel(app);
  return {};
}

// Their places are free already, but not their memory.
void Scheduler::sweep(const std::shared_ptr<RunningApp>& app) {
  app->sweep([this](std::unique_ptr<Delivery> delivery) { crew_.place(std::move(delivery)); });
  crew_.sweep(app);
}

Result<QueueShare> Scheduler::find_room(const RunningApp& app, const Event& event,
                                        std::size_t size) {
  const auto& modules = event.target.modules;
  const auto report = [&](Limit limit) {
    breaches_.report({.limit = limit,
                      .app = app.id(),
                      .module = modules.size() == 1 ? modules.front() : std::string_view(),
                      .event = event.handler()});
  };
  const auto& queue = app.queue();
  if (!queue->all.add(size)) {
    report(Limit::AppEvents);
    return Error(Code::LimitReached,
                 concat("the queue of the app '", app.id(), "' is full: it holds ",
                        limits_.events_per_app, " events and ", limits_.bytes_per_app, " bytes"));
  }
  if (queue->reserve.add(size)) return QueueShare(queue, nullptr, size);
  if (shared_->add(size)) return QueueShare(queue, shared_, size);
  queue->all.remove(size);
  report(Limit::Events);
  return Error(Code::Busy, "the engine's queue is full");
}

}  // namespace hermes::runtime
