#include "runtime/epoch_clock.h"

#include <utility>

namespace hermes::runtime {
namespace {

using Clock = std::chrono::steady_clock;

// A clock that slept after each of many calls would be woken for each of them: so it stays awake
// for a while, but not where it had slept longer than that.
constexpr int kTicksAwake = 16;

}  // namespace

EpochClock::EpochClock(std::size_t workers, UniqueFunction<void(std::size_t)> tick)
    : count_(workers),
      workers_(std::make_unique<Worker[]>(workers)),
      tick_(std::move(tick)),
      thread_([this] { run(); }) {}

EpochClock::~EpochClock() {
  ended_ = true;
  wake();
}

void EpochClock::run() {
  int idle = 1;
  int ticks_awake = 1;
  auto next = Clock::now();
  while (!ended_) {
    if (idle >= ticks_awake) {
      sleep();
      idle = 0;
      const auto slept = Clock::now() - next;
      ticks_awake = slept < kTicksAwake * kTick ? kTicksAwake : 1;
      next += slept;
    }
    next = std::max(next + kTick, Clock::now());
    std::this_thread::sleep_until(next);
    idle = tick_all() ? 0 : idle + 1;
  }
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

// A worker sets `running` before it looks at `asleep_`, and here it is the other way round, so one
// of the two sees the other.
void EpochClock::sleep() {
  asleep_ = 1;
  bool any = ended_;
  for (std::size_t worker = 0; worker < count_; ++worker) any |= workers_[worker].running.load();
  if (!any) asleep_.wait(1);
  asleep_ = 0;
}

void EpochClock::wake() {
  asleep_ = 0;
  asleep_.notify_one();
}

}  // namespace hermes::runtime
