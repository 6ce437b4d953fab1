#include "runtime/crew.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace hermes::runtime {

Crew::Crew(std::size_t workers, const SpareLimits& spares, log::Log& log, Breaches& breaches)
    : most_spares_(spares), breaches_(breaches), drivers_(workers + spares.all) {
  for (std::size_t number = 0; number < workers; ++number) {
    workers_.push_back(std::make_unique<Worker>(*this, number, log));
    reactors_.push_back(&workers_.back()->reactor());
  }
}

Crew::~Crew() {
  stop();
}

void Crew::start(std::span<Executor* const> executors) {
  executors_.assign(executors.begin(), executors.end());
  clock_.emplace(workers_.size(), [this](std::size_t worker) {
    executors_[worker]->tick();
    if (workers_[worker]->ready() != 0) wake_idle();
    workers_[worker]->watch_section();
  });
  for (std::size_t number = 0; number < workers_.size(); ++number) {
    workers_[number]->set_executor(*executors_[number]);
    HERMES_CHECK(drivers_.reserve(), "the machine gives a thread for each worker");
    drivers_.drive(*workers_[number]);
  }
}

void Crew::stop() {
  for (auto& worker : workers_) worker->stop();
  drivers_.stop();
  clock_.reset();
}

void Crew::place(std::unique_ptr<Delivery> delivery) {
  auto turn = lanes_.enter(std::move(delivery));
  if (!turn) return;
  auto* worker = Worker::current();
  if (worker == nullptr || &worker->crew() != this) {
    worker = std::ranges::min_element(workers_, {}, [](auto& w) { return w->load(); })->get();
  }
  worker->push(std::move(turn));
}

void Crew::cancel(const std::shared_ptr<RunningApp>& app) {
  for (auto& worker : workers_) worker->cancel(app);
}

void Crew::sweep(const std::shared_ptr<RunningApp>& app) {
  for (auto& worker : workers_) worker->sweep(app);
}

void Crew::end_calls(const Ticket& ticket) {
  for (auto& worker : workers_) worker->end_calls(ticket);
}

void Crew::has_room(RunningApp& app) {
  for (auto& worker : workers_) worker->has_room(app);
}

bool Crew::runs_call_of(const RunningApp& app) {
  return Worker::current_app() == &app;
}

void Crew::wake_idle() {
  for (auto& worker : workers_) {
    if (worker->interrupt_wait()) return;
  }
}

// Only the clock adds to these counts.
bool Crew::has_spare_for(RunningApp& app) {
  if (spares_ < most_spares_.all && app.spares < most_spares_.app && drivers_.reserve()) {
    ++spares_;
    ++app.spares;
    return true;
  }
  return false;
}

void Crew::count_held(const AppId& app) {
  ++held_;
  breaches_.count(Limit::SpareThreads, app);
}

void Crew::spare_returns(RunningApp& app) {
  --app.spares;
  --spares_;
}

Worker* Crew::busiest_but(const Worker& helper) const {
  Worker* busiest = nullptr;
  std::size_t most = 0;
  for (const auto& worker : workers_) {
    if (worker.get() == &helper || worker->ready() <= most) continue;
    most = worker->ready();
    busiest = worker.get();
  }
  return busiest;
}

bool Crew::can_help(const Worker& helper) const {
  return busiest_but(helper) != nullptr;
}

bool Crew::help(Worker& helper) {
  auto* busiest = busiest_but(helper);
  if (busiest == nullptr) return false;
  auto taken = busiest->take_half();
  const bool any = !taken.empty();
  while (auto delivery = taken.pop()) helper.take(std::move(delivery));
  return any;
}

}  // namespace hermes::runtime
