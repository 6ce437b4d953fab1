#include "runtime/call.h"

#include <algorithm>
#include <ctime>
#include <utility>

#include "base/strings.h"
#include "runtime/running_app.h"

namespace hermes::runtime {
namespace {

using std::chrono::nanoseconds;

nanoseconds cpu_time(clockid_t clock = CLOCK_THREAD_CPUTIME_ID) {
  timespec time{};
  clock_gettime(clock, &time);
  return std::chrono::seconds(time.tv_sec) + nanoseconds(time.tv_nsec);
}

// "30 s", "250 ms": the largest unit in which it is whole.
std::string text(nanoseconds time) {
  using namespace std::chrono;
  if (time % seconds(1) == nanoseconds(0)) return concat(time / seconds(1), " s");
  if (time % milliseconds(1) == nanoseconds(0)) return concat(time / milliseconds(1), " ms");
  return concat(time.count(), " ns");
}

}  // namespace

Call::Call(std::shared_ptr<Mailbox> mailbox, Delivery& delivery, const Module& module,
           std::uint64_t number, MonotonicTime begin)
    : mailbox_(std::move(mailbox)),
      delivery_(delivery),
      module_(module),
      number_(number),
      deadline_(begin + delivery.generation->app->limits.wall) {}

Result<> Call::start(const Program& program, Breaches& breaches) {
  const auto& event = delivery_.event;
  const auto& generation = delivery_.generation;
  execution_ = TRY(program.start(event,
                                 {.app = {generation, generation->app.get()},
                                  .module = module_.id,
                                  .event = event.handler(),
                                  .execution = number_,
                                  .deadline = deadline_,
                                  .depth = event.options.depth,
                                  .activity = event.options.activity,
                                  .breaches = &breaches},
                                 shared_from_this()));
  return {};
}

// A short first slice is measured by the clock that the worker reads anyway. Who used up a slice is
// measured exactly, or a thread that other processes displace would run out of time for it.
Execution::Progress Call::poll(MonotonicTime& now) {
  is_waiting = false;
  woken_.exchange(false);
  const auto begin = used_slice_ ? cpu_time() : now.time_since_epoch();
  const auto progress = execution_->poll();
  now = std::chrono::steady_clock::now();
  last_slice_ = (used_slice_ ? cpu_time() : now.time_since_epoch() - away_waiting_) - begin;
  away_waiting_ = nanoseconds(0);
  cpu_ += last_slice_;
  if (progress == Execution::Progress::Yielded) used_slice_ = true;
  return progress;
}

Result<std::any> Call::take_reply() {
  return execution_->take_reply();
}

void Call::leave_worker(clockid_t cpu_clock) {
  away_ = true;
  away_since_ = std::chrono::steady_clock::now();
  away_cpu_ = cpu_time(cpu_clock);
  if (!missed) missed = Missed{};
}

void Call::rejoin_worker() {
  away_ = false;
  const auto time = std::chrono::steady_clock::now() - away_since_;
  away_waiting_ += time - (cpu_time() - away_cpu_);
}

std::optional<Error> Call::out_of_time(MonotonicTime now) {
  const auto& limits = delivery_.generation->app->limits;
  const auto* activity = delivery_.event.options.activity;
  if (now >= deadline_ && activity != nullptr) {
    deadline_ = std::max(deadline_, activity->last() + limits.wall);
  }
  if (now >= deadline_) {
    return Error(Code::TimedOut,
                 concat("out of time: the call took longer than ", text(limits.wall), " (wall)"));
  }
  if (cpu_ >= limits.cpu) {
    return Error(Code::TimedOut,
                 concat("out of time: the call used its ", text(limits.cpu), " of CPU"));
  }
  return std::nullopt;
}

void Call::wake() noexcept {
  if (!woken_.exchange(true)) mailbox_->wake(std::static_pointer_cast<Call>(shared_from_this()));
}

}  // namespace hermes::runtime
