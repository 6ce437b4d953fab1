#include "runtime/run_queue.h"

#include <algorithm>
#include <utility>

namespace hermes::runtime {
namespace {

void set_membership(LineHeap& heap, RunLine& line, bool belongs) {
  if (heap.has(line) == belongs) return;
  if (belongs) {
    heap.add(line);
  } else {
    heap.remove(line);
  }
}

// Of calls that ended while they were queued, nothing is left to do.
std::shared_ptr<Call> pop_live(Fifo<std::shared_ptr<Call>>& calls) {
  auto call = calls.pop();
  while (call && call->has_ended()) call = calls.pop();
  return call;
}

// Of thousands that wait, the one whose turn comes next is in no near cache: by then, it is.
void come_closer(const Delivery* next) {
  constexpr std::size_t kLine = 64;
  const auto* bytes = reinterpret_cast<const char*>(next);
  for (std::size_t at = 0; next != nullptr && at < sizeof(Delivery); at += kLine) {
    __builtin_prefetch(bytes + at);
  }
}

}  // namespace

// After something came to the line or left it.
void RunQueue::update(RunLine& line) {
  if (!start_.has(line) && !go_on_.has(line)) line.time = std::max(line.time, now_);
  set_membership(start_, line, line.can_start());
  set_membership(go_on_, line, line.can_go_on());
}

std::size_t RunQueue::push(std::unique_ptr<Delivery> delivery) {
  const std::lock_guard lock(mutex_);
  auto& line = this->line(*delivery->app);
  line.ready.push(std::move(delivery));
  add_ready(line, 1);
  update(line);
  return ready_;
}

void RunQueue::push_front(std::unique_ptr<Delivery> delivery) {
  const std::lock_guard lock(mutex_);
  auto& line = this->line(*delivery->app);
  line.ready.push_front(std::move(delivery));
  add_ready(line, 1);
  update(line);
}

std::unique_ptr<Delivery> RunQueue::pop_ready(RunLine& line) {
  add_ready(line, -1);
  auto popped = line.ready.pop();
  come_closer(line.ready.first());
  return popped;
}

void RunQueue::add_ready(RunLine& line, std::ptrdiff_t change) {
  line.ready_count += change;
  if (!line.is_full) ready_ += static_cast<std::size_t>(change);
}

void RunQueue::set_full(RunningApp& app, bool is_full) {
  const std::lock_guard lock(mutex_);
  auto& line = this->line(app);
  const auto count = line.ready_count;
  add_ready(line, -count);
  line.is_full = is_full;
  add_ready(line, count);
  update(line);
}

DeliveryQueue RunQueue::take_half(std::size_t most) {
  DeliveryQueue taken;
  const std::lock_guard lock(mutex_);
  auto left = std::min((ready_ + 1) / 2, most);
  const std::vector<RunLine*> lines(start_.lines().begin(), start_.lines().end());
  for (auto* line : lines) {
    for (auto half = (line->ready_count + 1) / 2; half != 0 && left != 0; --half, --left) {
      taken.push(pop_ready(*line));
    }
    update(*line);
  }
  return taken;
}

RunQueue::Turn RunQueue::pop(bool may_start) {
  const std::lock_guard lock(mutex_);
  while (auto* line = least(may_start)) {
    now_ = std::max(now_, line->time);
    auto turn = pop_from(*line, may_start);
    update(*line);
    if (turn.app) return turn;
  }
  return {};
}

RunLine* RunQueue::least(bool may_start) const {
  auto* const start = may_start ? start_.least() : nullptr;
  auto* const go_on = go_on_.least();
  if (start == nullptr || go_on == nullptr) return start ? start : go_on;
  return start->time <= go_on->time ? start : go_on;
}

RunQueue::Turn RunQueue::pop_from(RunLine& line, bool may_start) {
  Turn turn;
  is_slice_ = !line.yielded.empty() && line.ahead >= kAhead;
  if (!is_slice_) {
    line.woken_is_next = !line.woken_is_next;
    const bool is_new = may_start && start_.has(line);
    if (is_new && (line.woken.empty() || !line.woken_is_next)) return pop_new(line);
    is_slice_ = line.woken.empty();
  }
  turn.call = pop_live(is_slice_ ? line.yielded : line.woken);
  if (is_slice_) line.ahead = {};
  if (turn.call) turn.app = turn.call->delivery().app;
  return turn;
}

RunQueue::Turn RunQueue::pop_new(RunLine& line) {
  Turn turn;
  turn.module = line.unstarted.pop();
  if (!turn.module) turn.event = pop_ready(line);
  turn.app = turn.module ? turn.module->delivery.app : turn.event->app;
  return turn;
}

bool RunQueue::can_start() const {
  const std::lock_guard lock(mutex_);
  return !start_.empty();
}

void RunQueue::charge(RunningApp& app, std::chrono::nanoseconds time) {
  const std::lock_guard lock(mutex_);
  auto& line = this->line(app);
  line.time += time / app.weight();
  if (!is_slice_) line.ahead += time;
  if (start_.has(line)) start_.later(line);
  if (go_on_.has(line)) go_on_.later(line);
}

void RunQueue::push_woken(std::shared_ptr<Call> call) {
  const std::lock_guard lock(mutex_);
  auto& line = this->line(*call->delivery().app);
  line.woken.push(std::move(call));
  update(line);
}

void RunQueue::push_yielded(std::shared_ptr<Call> call) {
  const std::lock_guard lock(mutex_);
  auto& line = this->line(*call->delivery().app);
  if (line.yielded.empty()) line.ahead = {};
  line.yielded.push(std::move(call));
  update(line);
}

void RunQueue::push_front(std::unique_ptr<Unstarted> module) {
  const std::lock_guard lock(mutex_);
  auto& line = this->line(*module->delivery.app);
  line.unstarted.push_front(std::move(module));
  update(line);
}

void RunQueue::push_back(std::unique_ptr<Unstarted> module) {
  const std::lock_guard lock(mutex_);
  auto& line = this->line(*module->delivery.app);
  line.unstarted.push(std::move(module));
  update(line);
}

DeliveryQueue RunQueue::take_withdrawn(RunningApp& app) {
  const std::lock_guard lock(mutex_);
  auto& line = this->line(app);
  std::ptrdiff_t count = 0;
  auto taken = line.ready.take_if([&](const Delivery& delivery) {
    const bool is_withdrawn = delivery.event.withdrawn();
    count += is_withdrawn ? 1 : 0;
    return is_withdrawn;
  });
  add_ready(line, -count);
  update(line);
  return taken;
}

RunQueue::Removed RunQueue::remove(RunningApp& app) {
  const std::lock_guard lock(mutex_);
  auto& line = this->line(app);
  add_ready(line, -line.ready_count);
  Removed removed{std::move(line.ready), std::move(line.unstarted)};
  while (line.woken.pop()) {
  }
  while (line.yielded.pop()) {
  }
  line.is_full = false;
  update(line);
  return removed;
}

}  // namespace hermes::runtime
