#include "runtime/epoch_clock.h"

#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/thread_name.h"

namespace hermes::runtime {
namespace {

using Clock = std::chrono::steady_clock;

// Where guests begin and end again and again, setting and stopping the timer for each would cost
// more than a thread that wakes now and then: it then stays awake for so many ticks.
constexpr int kTicksAwake = 16;

}  // namespace

EpochClock::EpochClock(std::size_t workers, UniqueFunction<void(std::size_t)> tick)
    : count_(workers),
      workers_(std::make_unique<Worker[]>(workers)),
      tick_(std::move(tick)),
      timer_(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC)) {
  HERMES_CHECK(timer_ >= 0, "the machine gives a timer");
  thread_ = std::jthread([this] { run(); });
}

EpochClock::~EpochClock() {
  ended_ = true;
  set_timer(std::chrono::nanoseconds(1));
  thread_.join();
  close(timer_);
}

void EpochClock::run() {
  name_this_thread("clock");
  while (!ended_) {
    std::uint64_t times = 0;
    if (read(timer_, &times, sizeof times) < 0) continue;  // By a signal.
    wakes_.fetch_add(1, std::memory_order_relaxed);
    state_ = State::Ticking;
    tick_until_idle();
  }
}

// A worker sets `running` before it looks at the state, and here it is the other way round, so one
// of the two sees the other.
void EpochClock::tick_until_idle() {
  auto next = Clock::now();
  for (int idle = 0; !ended_; std::this_thread::sleep_until(next)) {
    next = std::max(next + kTick, Clock::now());
    idle = tick_all() ? 0 : idle + 1;
    if (idle < (often_.load() ? kTicksAwake : 1)) continue;
    state_ = State::Asleep;
    if (!any_runs()) return;
    state_ = State::Ticking;
    idle = 0;
  }
}

bool EpochClock::any_runs() const {
  for (std::size_t worker = 0; worker < count_; ++worker) {
    if (workers_[worker].running.load()) return true;
  }
  return false;
}

bool EpochClock::tick_all() {
  bool any = false;
  for (std::size_t worker = 0; worker < count_; ++worker) {
    if (!workers_[worker].running.load()) continue;
    any = true;
    tick_(worker);
  }
  return any;
}

void EpochClock::arm() {
  auto asleep = State::Asleep;
  if (!state_.compare_exchange_strong(asleep, State::Armed)) return;
  const auto now = Clock::now().time_since_epoch();
  const auto before = Clock::duration(last_armed_.exchange(now.count()));
  often_ = now - before < kTicksAwake * kTick;
  set_timer(kTick);
}

// Who begins meanwhile may have set the timer before it is stopped here, and even have come to
// rest.
void EpochClock::disarm() {
  if (often_.load() || any_runs()) return;
  auto armed = State::Armed;
  if (!state_.compare_exchange_strong(armed, State::Asleep)) return;
  set_timer(std::chrono::nanoseconds(0));
  if (state_.load() != State::Asleep || any_runs()) set_timer(kTick);
}

// 0: never.
void EpochClock::set_timer(std::chrono::nanoseconds time) {
  const itimerspec once{.it_interval = {}, .it_value = {.tv_sec = 0, .tv_nsec = time.count()}};
  timerfd_settime(timer_, 0, &once, nullptr);
}

}  // namespace hermes::runtime
