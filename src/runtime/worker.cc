#include "runtime/worker.h"

#include <utility>

#include "runtime/crew.h"
#include "runtime/log_thrown.h"

namespace hermes::runtime {
namespace {

using namespace std::chrono_literals;

// Sockets are looked at after so many calls or so much time, whatever comes first.
constexpr int kCallsInARow = 16;
constexpr auto kTimeInARow = 500us;
constexpr std::size_t kHandlersInARow = 64;

constexpr std::size_t kMostTaken = 64;

// What a thread is doing that drives a worker, or did until its call was away.
struct Driving {
  Worker* worker = nullptr;
  Call* call = nullptr;       // Null between polls.
  std::uint64_t section = 0;  // Not 0 while the call is in a blocking section.
};
thread_local Driving driving;

}  // namespace

Worker::Worker(Crew& crew, std::size_t number, log::Log& log)
    : crew_(crew),
      number_(number),
      log_(log),
      mailbox_(std::make_shared<Mailbox>(reactor_)),
      queue_(number),
      deadline_timer_(reactor_.context()),
      slot_timer_(reactor_.context()) {}

Worker::~Worker() {
  mailbox_->close();
}

Worker* Worker::current() {
  return driving.worker;
}

const RunningApp* Worker::current_app() {
  return driving.call == nullptr ? nullptr : driving.call->delivery().app.get();
}

bool Worker::current_call_is_cancelled() {
  return driving.call != nullptr && driving.call->is_cancelled();
}

bool Worker::current_call_is_away() {
  return driving.call != nullptr && driving.call->is_away();
}

void Worker::set_call(Call* call) {
  driving.call = call_ = call;
}

bool Worker::is_driven_here() const {
  return driving.worker == this && driving.section == 0;
}

void Worker::push(std::unique_ptr<Delivery> delivery) {
  const auto count = queue_.push(std::move(delivery));
  if (!is_driven_here()) {
    mailbox_->interrupt();
  } else if (count > 1) {
    crew_.wake_idle();
  }
}

void Worker::has_room(RunningApp& app) {
  queue_.set_full(app, false);
  if (!is_driven_here()) mailbox_->interrupt();
}

DeliveryQueue Worker::take_half() {
  return queue_.take_half(kMostTaken);
}

std::size_t Worker::load() const {
  const std::size_t awake = mailbox_->is_waiting() ? 0 : 1;
  return awake + ready() + call_count_.load(std::memory_order_relaxed);
}

void Worker::drive() {
  const auto entry = executor_->enter_thread();
  take_over();
  while (!is_over()) {
    run_some();
    log_thrown(log_, "a handler of the reactor", [&] { reactor_.poll(kHandlersInARow); });
    if (!rejoining_.empty()) return give_back();
    if (!is_over()) wait();
  }
  // Sockets are closed by handlers that the extensions have posted while they stopped.
  log_thrown(log_, "a handler of the reactor", [&] { reactor_.poll(std::size_t{1} << 16); });
  driving = {};
}

void Worker::take_over() {
  driving = {.worker = this};
  if (auto* call = std::exchange(call_, nullptr)) {
    forget(*call);
    call->leave_worker(cpu_clock_);
    away_.push_back(call);
    const auto turn_began = now_;
    read_clock();
    call->delivery().app->count_cpu(number_, now_ - turn_began);
    queue_.charge(*call->delivery().app, now_ - turn_began);
    call->missed->charged += now_ - turn_began;
    if (out_of_slots_) wait_for_slot();  // It may have been the one whose end would free one.
  }
  pthread_getcpuclockid(pthread_self(), &cpu_clock_);
}

// The thread that waits is in the middle of a poll, and does next what follows that.
void Worker::give_back() {
  auto* turn = rejoining_.front();
  rejoining_.pop_front();
  driving = {};
  turn->give();
}

void Worker::rejoin(Call& call) {
  Turn turn;
  mailbox_->rejoin(turn);
  turn.wait();
  std::erase(away_, &call);
  call_ = &call;
  polled_ = {};  // That of other turns.
  read_clock();
  pthread_getcpuclockid(pthread_self(), &cpu_clock_);
  call.rejoin_worker();
  crew_.spare_returns(*call.delivery().app);
  crew_.clock().guests_run(number_);
}

void Worker::blocking_began() {
  reactor_.step_aside();
  driving.section = section_.begin();
}

std::chrono::nanoseconds Worker::blocking_ended() {
  const auto end = section_.end(driving.section);
  if (end == Section::End::Taken) rejoin(*driving.call);
  driving.section = 0;
  reactor_.step_in();
  if (end != Section::End::Held) return 0ns;
  return std::chrono::steady_clock::now() - section_.held_since();
}

void Worker::watch_section() {
  std::shared_ptr<RunningApp> app;  // Whose call is inside, if it takes long.
  const auto may_take = [&] {
    app = call_->delivery().app;
    return crew_.has_spare_for(*app);
  };
  switch (section_.tick(may_take)) {
    case Section::Tick::Nothing:
      return;
    case Section::Tick::Refused:
      return crew_.count_held(app->id());
    case Section::Tick::Taken:
      return crew_.take_over(*this);
  }
}

void Worker::read_letters() {
  if (mailbox_->empty()) return;
  mailbox_->take(letters_);
  for (auto& call : letters_.woken) {
    if (call->is_away()) call->missed->wake = true;
    if (!call->is_waiting || call->has_ended()) continue;
    call->is_waiting = false;
    queue_.push_woken(std::move(call));
  }
  for (const auto& app : letters_.swept) end_withdrawn_of(*app);
  for (const auto& app : letters_.cancelled) cancel_all_of(*app);
  for (const auto& ticket : letters_.unwanted) cancel_all_of(ticket);
  rejoining_.insert(rejoining_.end(), letters_.rejoining.begin(), letters_.rejoining.end());
  if (letters_.stop) stopping_ = true;
  letters_.rejoining.clear();
  letters_.woken.clear();
  letters_.swept.clear();
  letters_.cancelled.clear();
  letters_.unwanted.clear();
}

void Worker::run_some() {
  read_clock();
  const auto end = now_ + kTimeInARow;
  for (int count = 0; count < kCallsInARow && now_ < end; ++count) {
    read_letters();
    if (!rejoining_.empty() || !run_next()) return;
  }
}

// The app is charged for what its calls took, and for all that the worker did around them.
bool Worker::run_next() {
  auto turn = queue_.pop(may_begin());
  if (!turn.app) return false;
  polled_ = {};
  if (turn.call) {
    poll(turn.call);
  } else if (turn.event) {
    begin(std::move(turn.event));
  } else if (!start_other(turn.module->delivery, turn.module->module)) {
    queue_.push_front(std::move(turn.module));
  }
  const auto after_poll = now_;
  read_clock();
  const auto around = now_ - after_poll;
  turn.app->count_cpu(number_, around);
  queue_.charge(*turn.app, polled_ + around);
  return true;
}

void Worker::wait() {
  const auto can_run = [&] { return queue_.can_go_on() || (may_begin() && queue_.can_start()); };
  const auto nothing_to_do = [&] {
    if (!mailbox_->empty() || can_run()) return false;
    return !may_begin() || !crew_.can_help(*this);
  };
  if (may_begin() && !queue_.can_start() && crew_.help(*this)) return;
  if (!nothing_to_do()) return;
  crew_.clock().guests_rest(number_);
  mailbox_->set_waiting(true);
  if (nothing_to_do()) log_thrown(log_, "a handler of the reactor", [&] { reactor_.wait(); });
  mailbox_->set_waiting(false);
}

}  // namespace hermes::runtime
