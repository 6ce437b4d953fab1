// What a worker does with events and their calls: from an event's turn to its end.

#include <algorithm>
#include <utility>

#include "base/strings.h"
#include "runtime/crew.h"
#include "runtime/log_thrown.h"
#include "runtime/worker.h"

namespace hermes::runtime {
namespace {

using namespace std::chrono_literals;

// What is free again may have been another worker's: memory.
constexpr auto kSlotRetry = 5ms;

Error app_is_stopping() {
  return {Code::Stopping, "the app is stopping"};
}

Error is_cancelled() {
  return {Code::Stopping, "the call was cancelled"};
}

// Whether that error of a call's start is for want of a slot, or of room for a call of the app.
bool must_wait(Code code) {
  return code == Code::Busy || code == Code::LimitReached;
}

std::unique_ptr<Unstarted> unstarted(Delivery& delivery, const Module& module) {
  return std::make_unique<Unstarted>(Unstarted{delivery, module, nullptr});
}

}  // namespace

void Worker::begin(std::unique_ptr<Delivery> delivery) {
  auto& app = *delivery->app;
  auto& event = delivery->event;
  if (app.phase() == RunningApp::Phase::Cancelled) {
    return end_undelivered(std::move(delivery), EventOutcome::AppStopped);
  }
  if (event.withdrawn()) return end(std::move(delivery), EventOutcome::Withdrawn);
  delivery->generation = app.generation_for(event);
  modules_.clear();
  delivery->generation->find_modules(event, modules_);
  if (modules_.empty()) return end_undelivered(std::move(delivery), EventOutcome::NoHandler);

  // The event begins once an instance is there for it: until then it can be withdrawn.
  auto first = start_call(*delivery, *modules_.front());
  if (!first && must_wait(first.error().code())) {
    queue_.push_front(std::move(delivery));
    return wait_to_start(app, first.error().code());
  }
  if (!event.start()) {
    if (first) end_call(**first);
    return end(std::move(delivery), EventOutcome::Withdrawn);
  }
  delivery->share.release();
  delivery->calls_left = modules_.size();
  auto& begun = *delivery.release();  // Its calls own it; the last to finish ends it.
  for (std::size_t i = 1; i < modules_.size(); ++i) {
    queue_.push_back(unstarted(begun, *modules_[i]));
  }
  if (first) {
    poll(*first);
  } else {
    reply(begun, std::move(first).error());
  }
}

Result<std::shared_ptr<Call>> Worker::start_call(Delivery& delivery, const Module& module) {
  if (!delivery.app->begin_call()) return Error(Code::LimitReached, "the app has too many calls");
  auto number = module.executions->fetch_add(1) + 1;
  auto call = std::make_shared<Call>(mailbox_, delivery, module, number, now_);
  auto started = call->start(*module.programs[number_], crew_.breaches());
  if (started) return call;
  end_call(*call);
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

// For a module of an event that has begun. Returns false where its call has to wait.
bool Worker::start_other(Delivery& delivery, const Module& module) {
  if (delivery.event.cancelled()) {
    reply(delivery, is_cancelled());
    return true;
  }
  auto call = start_call(delivery, module);
  if (call) {
    poll(*call);
  } else if (must_wait(call.error().code())) {
    wait_to_start(*delivery.app, call.error().code());
    return false;
  } else {
    reply(delivery, std::move(call).error());
  }
  return true;
}

void Worker::wait_to_start(RunningApp& app, Code reason) {
  if (reason == Code::Busy) return wait_for_slot();
  queue_.set_full(app, true);
  if (!app.wait_for_room()) queue_.set_full(app, false);
}

void Worker::wait_for_slot() {
  out_of_slots_ = true;
  if (ready() != 0) crew_.wake_idle();
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
  set_call(call.get());
  log_thrown(log_, "a call", [&] {
    progress = call->poll(now_);
    polled_ += call->last_slice();
    if (progress == Execution::Progress::Finished) reply = call->take_reply();
  });
  set_call(nullptr);
  const auto missed = std::exchange(call->missed, std::nullopt);
  if (missed) polled_ = std::max(0ns, polled_ - missed->charged);
  call->delivery().app->count_cpu(number_, polled_);
  if (missed && end_if_too_late(*call)) return;
  if (progress == Execution::Progress::Finished) {
    if (!reply.has_value() && reply.error().code() == Code::Busy) return put_back(*call);
    return finish(*call, std::move(reply));
  }
  keep(call);
  if (progress == Execution::Progress::Waiting) {
    if (auto* const observer = call->delivery().event.options.observer) observer->on_wait();
    if (missed && missed->wake) return queue_.push_woken(call);
    call->is_waiting = true;
  } else if (auto error = call->out_of_time(now_)) {
    finish(*call, *std::move(error));
  } else {
    queue_.push_yielded(call);
  }
}

// After it was away: whether it ended in the meantime, whatever it came to since.
bool Worker::end_if_too_late(Call& call) {
  if (call.is_cancelled()) {
    finish(call, is_cancelled());
    return true;
  }
  auto error = call.out_of_time(now_);
  if (!error) return false;
  finish(call, *std::move(error));
  return true;
}

// There was no instance for it after all. Its event has begun, so it can only wait here.
void Worker::put_back(Call& call) {
  end_call(call);
  queue_.push_back(unstarted(call.delivery(), call.module()));
  wait_for_slot();
}

void Worker::keep(const std::shared_ptr<Call>& call) {
  if (call->place) return;
  call->place = calls_.emplace(call->deadline(), call);
  call_count_.store(calls_.size(), std::memory_order_relaxed);
  set_deadline_timer();
}

void Worker::forget(Call& call) {
  if (const auto place = std::exchange(call.place, std::nullopt)) {
    calls_.erase(*place);
    call_count_.store(calls_.size(), std::memory_order_relaxed);
  }
}

void Worker::end_call(Call& call) {
  auto& app = *call.delivery().app;
  call.end();
  out_of_slots_ = false;
  if (app.end_call()) crew_.has_room(app);
}

// Its CPU time is counted already. Who reads that it failed, or hears of it, finds it ended.
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
  end_call(call);
  if (!reply.has_value()) delivery.app->failures().count(reply.error().code());
  forget(call);
  this->reply(delivery, std::move(reply));
}

void Worker::reply(Delivery& delivery, Result<std::any> reply) {
  if (auto& on_reply = delivery.event.on_reply) {
    log_thrown(log_, "on_reply", [&] { on_reply(std::move(reply)); });
  }
  if (--delivery.calls_left != 0) return;
  end(std::unique_ptr<Delivery>(&delivery), EventOutcome::Delivered);
}

void Worker::end(std::unique_ptr<Delivery> delivery, EventOutcome outcome) {
  for (;;) {
    if (auto& on_done = delivery->event.on_done) {
      log_thrown(log_, "on_done", [&] { on_done(outcome); });
    }
    // The callbacks are gone before the next event begins, and the lane before the app is idle.
    delivery->event.on_reply = nullptr;
    delivery->event.on_done = nullptr;
    delivery->event.arguments.reset();
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

void Worker::take(std::unique_ptr<Delivery> delivery) {
  if (delivery->event.withdrawn()) return end(std::move(delivery), EventOutcome::Withdrawn);
  push(std::move(delivery));
}

void Worker::end_withdrawn_of(RunningApp& app) {
  auto events = queue_.take_withdrawn(app);
  while (auto delivery = events.pop()) end(std::move(delivery), EventOutcome::Withdrawn);
}

void Worker::cancel_all_of(RunningApp& app) {
  const auto stopping = app_is_stopping();
  cancel_calls(stopping, [&](const Delivery& delivery) { return delivery.app.get() == &app; });
  auto [events, modules] = queue_.remove(app);
  while (const auto module = modules.pop()) reply(module->delivery, stopping);
  while (auto delivery = events.pop()) {
    end_undelivered(std::move(delivery), EventOutcome::AppStopped);
  }
}

void Worker::cancel_all_of(const Ticket& ticket) {
  cancel_calls(is_cancelled(),
               [&](const Delivery& delivery) { return delivery.event.ticket == ticket; });
}

void Worker::cancel_calls(const Error& why, auto is_one) {
  std::vector<std::shared_ptr<Call>> calls;
  for (const auto& [deadline, call] : calls_) {
    if (is_one(call->delivery())) calls.push_back(call);
  }
  for (const auto& call : calls) finish(*call, why);
  for (auto* call : away_) {
    if (is_one(call->delivery())) call->cancel();
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
    if (auto error = call->out_of_time(now_)) {
      finish(*call, *std::move(error));
    } else {
      forget(*call);  // Its deadline has moved.
      keep(call);
    }
  }
}

}  // namespace hermes::runtime
