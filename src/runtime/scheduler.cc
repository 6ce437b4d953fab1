#include "runtime/scheduler.h"

#include <utility>

#include "base/strings.h"

namespace hermes::runtime {

using Phase = RunningApp::Phase;

Scheduler::Scheduler(std::size_t workers, QueueLimits limits, Gate& gate, log::Log& log)
    : limits_(limits), gate_(gate), queue_(limits.events, limits.bytes), crew_(workers, log) {}

std::shared_ptr<RunningApp> Scheduler::add(std::shared_ptr<const Generation> generation) {
  auto app = std::make_shared<RunningApp>(std::move(generation), limits_, crew_.size(), gate_);
  apps_.add(app);
  return app;
}

void Scheduler::open(RunningApp& app) {
  app.open([this](std::unique_ptr<Delivery> delivery) { crew_.place(std::move(delivery)); });
}

void Scheduler::cancel(const std::shared_ptr<RunningApp>& app) {
  app->cancel([this](std::unique_ptr<Delivery> delivery) { crew_.place(std::move(delivery)); });
  crew_.cancel(app);
}

Result<> Scheduler::accept(Event event) {
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
  if (!app->queue().add(size)) {
    return Error(Code::LimitReached,
                 concat("the queue of the app '", app->id(), "' is full: it holds ",
                        limits_.events_per_app, " events and ", limits_.bytes_per_app, " bytes"));
  }
  if (!queue_.add(size)) {
    app->queue().remove(size);
    return Error(Code::Busy, "the engine's queue is full");
  }
  delivery->share = QueueShare(app->queue(), queue_, size);
  if (app->hold(delivery)) return {};
  crew_.place(std::move(delivery));
  // It may have come to a worker that had ended all of the app's already.
  if (app->phase() == Phase::Cancelled) crew_.cancel(app);
  return {};
}

}  // namespace hermes::runtime
