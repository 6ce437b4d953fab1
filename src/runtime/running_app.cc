#include "runtime/running_app.h"

#include <utility>

namespace hermes::runtime {

RunningApp::RunningApp(std::shared_ptr<const Generation> first, const QueueLimits& limits,
                       std::size_t workers, Gate& gate)
    : queue_(std::make_shared<AppQueue>(limits.events_per_app, limits.bytes_per_app,
                                        limits.reserved_events, limits.reserved_bytes)),
      generation_(std::move(first)),
      id_(generation_->app->id),
      weight_(generation_->app->weight),
      most_calls_(generation_->app->limits.calls),
      gate_(gate),
      lines_(workers) {}

std::shared_ptr<const Generation> RunningApp::generation() const {
  const std::lock_guard lock(mutex_);
  return generation_;
}

std::shared_ptr<const Generation> RunningApp::generation_for(const Event& event) const {
  const std::lock_guard lock(mutex_);
  return next_ && event.options.during_start ? next_ : generation_;
}

void RunningApp::set_next(std::shared_ptr<const Generation> next) {
  const std::lock_guard lock(mutex_);
  next_.swap(next);
}

void RunningApp::switch_to_next() {
  const std::lock_guard lock(mutex_);
  generation_ = std::move(next_);
  weight_ = generation_->app->weight;
  most_calls_ = generation_->app->limits.calls;
}

void RunningApp::pause() {
  const std::lock_guard lock(mutex_);
  phase_ = Phase::Starting;
}

bool RunningApp::hold(std::unique_ptr<Delivery>& delivery) {
  if (phase() != Phase::Starting || delivery->event.options.during_start) return false;
  const std::lock_guard lock(mutex_);
  if (phase() != Phase::Starting) return false;
  held_.push(std::move(delivery));
  return true;
}

void RunningApp::sweep(Place place) {
  const std::lock_guard lock(mutex_);
  auto withdrawn = held_.take_if([](const Delivery& held) { return held.event.withdrawn(); });
  while (auto delivery = withdrawn.pop()) place(std::move(delivery));
}

// The lock is held until the last is placed, so that nothing overtakes what was held.
void RunningApp::open(Place place) {
  const std::lock_guard lock(mutex_);
  while (auto delivery = held_.pop()) place(std::move(delivery));
  phase_ = Phase::Open;
}

void RunningApp::drain() {
  const std::lock_guard lock(mutex_);
  if (phase() == Phase::Open) phase_ = Phase::Draining;
}

void RunningApp::cancel(Place place) {
  const std::lock_guard lock(mutex_);
  phase_ = Phase::Cancelled;
  while (auto delivery = held_.pop()) place(std::move(delivery));
}

bool RunningApp::begin_call() {
  auto calls = calls_.load();
  do {
    if (calls >= most_calls_) return false;
  } while (!calls_.compare_exchange_weak(calls, calls + 1));
  return true;
}

bool RunningApp::end_call() {
  calls_.fetch_sub(1);
  return awaited_.load() && awaited_.exchange(false);
}

// Here `awaited_` is set before `calls_` is looked at, and in `end_call` it is the other way round,
// so one of the two sees the other.
bool RunningApp::wait_for_room() {
  awaited_.store(true);
  return calls_.load() >= most_calls_;
}

std::chrono::nanoseconds RunningApp::cpu_used() const {
  std::chrono::nanoseconds used{0};
  for (const auto& line : lines_) {
    used += line.cpu_used();
  }
  return used;
}

RunningApp& RunningApp::count() {
  pending_.fetch_add(1);
  return *this;
}

// One who waits has set `watched_` before looking at `pending_`, so one of the two sees the other.
void RunningApp::discount() {
  if (pending_.fetch_sub(1) == 1 && watched_.load()) gate_.changed();
}

}  // namespace hermes::runtime
