#include "runtime/crew.h"

#include <algorithm>
#include <utility>

namespace hermes::runtime {

Crew::Crew(std::size_t workers, log::Log& log) {
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
  });
  for (std::size_t number = 0; number < workers_.size(); ++number) {
    workers_[number]->start(*executors_[number]);
  }
}

void Crew::stop() {
  for (auto& worker : workers_) worker->stop();
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

bool Crew::runs_call_of(const RunningApp& app) const {
  const auto* worker = Worker::current();
  return worker != nullptr && &worker->crew() == this && worker->polled_app() == &app;
}

void Crew::wake_idle() {
  for (auto& worker : workers_) {
    if (worker->interrupt_wait()) return;
  }
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
  while (auto delivery = taken.pop()) helper.push(std::move(delivery));
  return any;
}

}  // namespace hermes::runtime
