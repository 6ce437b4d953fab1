#include "runtime/worker.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "base/strings.h"
#include "runtime/crew.h"

namespace hermes::runtime {
namespace {

using namespace std::chrono_literals;

// Sockets are looked at after so many calls or so much time, whatever comes first.
constexpr int kCallsInARow = 16;
constexpr auto kTimeInARow = 500us;
constexpr std::size_t kHandlersInARow = 64;

// For so long, calls that used up a slice stay behind new and woken ones.
constexpr auto kBehind = 2ms;

// Where no call runs here whose end could free a slot.
constexpr auto kSlotRetry = 5ms;

constexpr std::size_t kMostTaken = 64;

thread_local Worker* current_worker = nullptr;

}  // namespace

Worker::Worker(Crew& crew, std::size_t number, log::Log& log)
    : crew_(crew),
      number_(number),
      log_(log),
      mailbox_(std::make_shared<Mailbox>(reactor_)),
      ready_(number),
      deadline_timer_(reactor_.context()),
      slot_timer_(reactor_.context()) {}

Worker::~Worker() {
  stop();
  mailbox_->close();
}

Worker* Worker::current() {
  return current_worker;
}

void Worker::start(Executor& executor) {
  executor_ = &executor;
  thread_ = std::thread([this] { run(); });
}

void Worker::stop() {
  if (!thread_.joinable()) return;
  mailbox_->stop();
  thread_.join();
}

void Worker::push(std::unique_ptr<Delivery> delivery) {
  std::size_t count = 0;
  {
    const std::lock_guard lock(ready_mutex_);
    ready_.push(std::move(delivery));
    count = ready_.size();
    ready_count_ = count;
  }
  if (current_worker != this) {
    mailbox_->interrupt();
  } else if (count > 1) {
    crew_.wake_idle();
  }
}

DeliveryQueue Worker::take_half() {
  DeliveryQueue taken;
  const std::lock_guard lock(ready_mutex_);
  for (auto n = std::min((ready_.size() + 1) / 2, kMostTaken); n != 0; --n) {
    taken.push(ready_.pop());
  }
  ready_count_ = ready_.size();
  return taken;
}

std::size_t Worker::load() const {
  const std::size_t awake = mailbox_->is_waiting() ? 0 : 1;
  return awake + ready() + call_count_.load(std::memory_order_relaxed);
}

void Worker::run() {
  current_worker = this;
  const auto entry = executor_->enter_thread();
  while (!stopping_) {
    run_some();
    guarded("a handler of the reactor", [&] { reactor_.poll(kHandlersInARow); });
    if (!stopping_) wait();
  }
  // Sockets are closed by handlers that the extensions have posted while they stopped.
  guarded("a handler of the reactor", [&] { reactor_.poll(std::size_t{1} << 16); });
  current_worker = nullptr;
}

void Worker::read_letters() {
  if (mailbox_->empty()) return;
  mailbox_->take(letters_);
  for (auto& call : letters_.woken) {
    if (!call->is_waiting || call->has_ended()) continue;
    call->is_waiting = false;
    woken_.push_back(std::move(call));
  }
  for (const auto& app : letters_.cancelled) cancel_all_of(*app);
  if (letters_.stop) stopping_ = true;
  letters_.woken.clear();
  letters_.cancelled.clear();
}

void Worker::run_some() {
  read_clock();
  const auto end = now_ + kTimeInARow;
  for (int count = 0; count < kCallsInARow && now_ < end; ++count) {
    read_letters();
    if (!run_next()) return;
  }
}

bool Worker::run_next() {
  if (!yielded_.empty() && now_ - last_slice_ >= kBehind) return run_slice();
  woken_is_next_ = !woken_is_next_;
  if (woken_is_next_) return run_woken() || run_new() || run_slice();
  return run_new() || run_woken() || run_slice();
}

bool Worker::run_slice() {
  if (yielded_.empty()) return false;
  const auto call = std::move(yielded_.front());
  yielded_.pop_front();
  poll(call);
  last_slice_ = now_;
  return true;
}

bool Worker::run_woken() {
  if (woken_.empty()) return false;
  const auto call = std::move(woken_.front());
  woken_.pop_front();
  poll(call);
  return true;
}

bool Worker::run_new() {
  if (!may_begin()) return false;
  if (!unstarted_.empty()) {
    const auto [delivery, module] = unstarted_.front();
    unstarted_.pop_front();
    start_other(*delivery, *module);
    return true;
  }
  std::unique_ptr<Delivery> delivery;
  {
    const std::lock_guard lock(ready_mutex_);
    delivery = ready_.pop();
    ready_count_ = ready_.size();
  }
  if (!delivery) return false;
  begin(std::move(delivery));
  return true;
}

void Worker::wait() {
  const auto nothing_to_do = [&] {
    if (!mailbox_->empty() || !woken_.empty() || !yielded_.empty()) return false;
    return !may_begin() || (unstarted_.empty() && ready() == 0 && !crew_.can_help(*this));
  };
  if (may_begin() && ready() == 0 && unstarted_.empty() && crew_.help(*this)) return;
  if (!nothing_to_do()) return;
  crew_.clock().guests_rest(number_);
  mailbox_->set_waiting(true);
  if (nothing_to_do()) guarded("a handler of the reactor", [&] { reactor_.wait(); });
  mailbox_->set_waiting(false);
}

void Worker::begin(std::unique_ptr<Delivery> delivery) {
  auto& app = *delivery->app;
  auto& event = delivery->event;
  if (app.phase() == RunningApp::Phase::Cancelled) {
    return end_undelivered(std::move(delivery), EventOutcome::AppStopped);
  }
  if (event.withdrawn()) return end(std::move(delivery), EventOutcome::Withdrawn);
  delivery->generation = app.generation();
  modules_.clear();
  delivery->generation->find_modules(event, modules_);
  if (modules_.empty()) return end_undelivered(std::move(delivery), EventOutcome::NoHandler);

  // The event begins once an instance is there for it: until then it can be withdrawn.
  auto first = start_call(*delivery, *modules_.front());
  if (!first && first.error().code() == Code::Busy) {
    {
      const std::lock_guard lock(ready_mutex_);
      ready_.push_front(std::move(delivery));
      ready_count_ = ready_.size();
    }
    return wait_for_slot();
  }
  if (!event.start()) {
    if (first) (*first)->end();
    return end(std::move(delivery), EventOutcome::Withdrawn);
  }
  delivery->share.release();
  delivery->calls_left = modules_.size();
  auto& begun = *delivery.release();  // Its calls own it; the last to finish ends it.
  if (first) {
    poll(*first);
  } else {
    reply(begun, std::move(first).error());
  }
  for (std::size_t i = 1; i < modules_.size(); ++i) {
    if (may_begin()) {
      start_other(begun, *modules_[i]);
    } else {
      unstarted_.push_back({&begun, modules_[i]});
    }
  }
}

Result<std::shared_ptr<Call>> Worker::start_call(Delivery& delivery, const Module& module) {
  read_clock();
  auto number = module.executions->fetch_add(1) + 1;
  auto call = std::make_shared<Call>(mailbox_, delivery, module, number, now_);
  auto started = call->start(*module.programs[number_]);
  if (started) return call;
  if (started.error().code() == Code::Busy) {
    module.executions->compare_exchange_strong(number, number - 1);
    return std::move(started).error();
  }
  const auto message = concat("the call cannot begin: ", started.error().message());
  log_.write({.level = log::Level::Error,
              .app = delivery.app->id(),
              .module = module.id,
              .event = delivery.event.handler(),
              .execution = number,
              .message = message});
  return Error(Code::GuestFailed, message);
}

// For a module of an event that has begun.
void Worker::start_other(Delivery& delivery, const Module& module) {
  auto call = start_call(delivery, module);
  if (call) return poll(*call);
  if (call.error().code() != Code::Busy) return reply(delivery, std::move(call).error());
  unstarted_.push_front({&delivery, &module});
  wait_for_slot();
}

void Worker::wait_for_slot() {
  out_of_slots_ = true;
  if (ready() != 0) crew_.wake_idle();
  if (!calls_.empty()) return;
  slot_timer_.expires_after(kSlotRetry);
  slot_timer_.async_wait([this](const auto& error) {
    if (!error) out_of_slots_ = false;
  });
}

void Worker::poll(const std::shared_ptr<Call>& call) {
  if (call->has_ended()) return;
  if (auto error = call->out_of_time(now_)) return finish(*call, *std::move(error));
  crew_.clock().guests_run(number_);
  auto progress = Execution::Progress::Finished;
  Result<std::any> reply = Error(Code::GuestFailed, "the host failed");
  polled_app_ = call->delivery().app.get();
  guarded("a call", [&] {
    progress = call->poll(now_);
    if (progress == Execution::Progress::Finished) reply = call->take_reply();
  });
  polled_app_ = nullptr;
  if (progress == Execution::Progress::Finished) {
    if (!reply.has_value() && reply.error().code() == Code::Busy) return put_back(*call);
    return finish(*call, std::move(reply));
  }
  keep(call);
  if (progress == Execution::Progress::Waiting) {
    call->is_waiting = true;
  } else if (auto error = call->out_of_time(now_)) {
    finish(*call, *std::move(error));
  } else {
    if (yielded_.empty()) last_slice_ = now_;
    yielded_.push_back(call);
  }
}

// There was no instance for it after all. Its event has begun, so it can only wait here.
void Worker::put_back(Call& call) {
  call.end();
  unstarted_.push_back({&call.delivery(), &call.module()});
  wait_for_slot();
}

void Worker::keep(const std::shared_ptr<Call>& call) {
  if (call->place) return;
  call->place = calls_.emplace(call->deadline(), call);
  call_count_.store(calls_.size(), std::memory_order_relaxed);
  set_deadline_timer();
}

void Worker::finish(Call& call, Result<std::any> reply) {
  auto& delivery = call.delivery();
  if (!reply.has_value() && reply.error().code() != Code::Stopping) {
    log_.write({.level = log::Level::Warn,
                .app = delivery.app->id(),
                .module = call.module().id,
                .event = delivery.event.handler(),
                .execution = call.number(),
                .message = reply.error().message()});
  }
  call.end();
  out_of_slots_ = false;
  if (const auto place = std::exchange(call.place, std::nullopt)) {
    calls_.erase(*place);
    call_count_.store(calls_.size(), std::memory_order_relaxed);
  }
  this->reply(delivery, std::move(reply));
}

void Worker::reply(Delivery& delivery, Result<std::any> reply) {
  if (auto& on_reply = delivery.event.on_reply) {
    guarded("on_reply", [&] { on_reply(std::move(reply)); });
  }
  if (--delivery.calls_left != 0) return;
  end(std::unique_ptr<Delivery>(&delivery), EventOutcome::Delivered);
}

void Worker::end(std::unique_ptr<Delivery> delivery, EventOutcome outcome) {
  for (;;) {
    if (auto& on_done = delivery->event.on_done) {
      guarded("on_done", [&] { on_done(outcome); });
    }
    // The callbacks are gone before the next event begins, and the lane before the app is idle.
    {
      const auto over = std::move(delivery->event);
    }
    if (delivery->lane == nullptr) return;
    delivery = crew_.lanes().leave(*delivery->lane);
    if (!delivery) return;
    if (delivery->app->phase() != RunningApp::Phase::Cancelled) break;
    const bool started = delivery->event.start();
    outcome = started ? EventOutcome::AppStopped : EventOutcome::Withdrawn;
  }
  push(std::move(delivery));
}

void Worker::end_undelivered(std::unique_ptr<Delivery> delivery, EventOutcome outcome) {
  const bool withdrawn = !delivery->event.start();
  end(std::move(delivery), withdrawn ? EventOutcome::Withdrawn : outcome);
}

void Worker::cancel_all_of(RunningApp& app) {
  const Error stopping(Code::Stopping, "the app is stopping");
  std::vector<std::shared_ptr<Call>> calls;
  for (const auto& [deadline, call] : calls_) {
    if (call->delivery().app.get() == &app) calls.push_back(call);
  }
  for (const auto& call : calls) finish(*call, stopping);

  std::vector<Unstarted> cancelled;
  std::erase_if(unstarted_, [&](const Unstarted& unstarted) {
    if (unstarted.delivery->app.get() != &app) return false;
    cancelled.push_back(unstarted);
    return true;
  });
  for (const auto& unstarted : cancelled) reply(*unstarted.delivery, stopping);

  auto waiting = [&] {
    const std::lock_guard lock(ready_mutex_);
    auto removed = ready_.remove(app);
    ready_count_ = ready_.size();
    return removed;
  }();
  while (auto delivery = waiting.pop()) {
    end_undelivered(std::move(delivery), EventOutcome::AppStopped);
  }
}

void Worker::set_deadline_timer() {
  if (calls_.empty() || calls_.begin()->first >= deadline_timer_due_) return;
  deadline_timer_due_ = calls_.begin()->first;
  deadline_timer_.expires_at(deadline_timer_due_);
  deadline_timer_.async_wait([this](const auto& error) {
    if (error) return;  // It was set to an earlier time.
    deadline_timer_due_ = MonotonicTime::max();
    end_overdue();
    set_deadline_timer();
  });
}

void Worker::end_overdue() {
  read_clock();
  while (!calls_.empty() && calls_.begin()->first <= now_) {
    const auto call = calls_.begin()->second;
    auto error = call->out_of_time(now_);
    if (!error) return;
    finish(*call, *std::move(error));
  }
}

template <typename F>
void Worker::guarded(std::string_view what, F&& f) {
  std::string message;
  try {
    return f();
  } catch (const std::exception& e) {
    message = concat(what, " threw: ", e.what());
  } catch (...) {
    message = concat(what, " threw what is no exception");
  }
  log_.write({.level = log::Level::Error, .message = message});
}

}  // namespace hermes::runtime
