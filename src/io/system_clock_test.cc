#include "io/system_clock.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <latch>
#include <memory>
#include <optional>
#include <vector>

namespace hermes::io {
namespace {

using namespace std::chrono_literals;

// The times of a ring, to wait for.
struct Rung {
  UniqueFunction<void()> function(const Clock& clock) {
    return [&] { time.set_value(clock.now()); };
  }
  Now wait() { return time.get_future().get(); }

  std::promise<Now> time;
};

TEST(SystemClock, RingsOnBothClocksAndNotBefore) {
  SystemClock clock;
  Rung monotonic;
  Rung utc;
  const auto first = clock.alarm(monotonic.function(clock));
  const auto second = clock.alarm(utc.function(clock));
  const auto start = clock.now();
  first->set(start.monotonic + 2ms);
  second->set(start.utc + 2ms);
  EXPECT_GE(monotonic.wait().monotonic, start.monotonic + 2ms);
  EXPECT_GE(utc.wait().utc, start.utc + 2ms);
}

TEST(SystemClock, RingsAtOnceForThePast) {
  SystemClock clock;
  for (const Due due : {Due(UtcTime(0ns)), Due(UtcTime(-1h)), Due(MonotonicTime(0ns)),
                        Due(MonotonicTime(-1h)), Due(clock.now().utc)}) {
    Rung rung;
    const auto alarm = clock.alarm(rung.function(clock));
    alarm->set(due);
    rung.wait();
  }
}

TEST(SystemClock, RingsInTheOrderOfTime) {
  SystemClock clock;
  std::vector<int> order;
  std::latch all(4);
  std::vector<std::unique_ptr<Alarm>> alarms;
  const auto start = clock.now();
  for (const int i : {3, 1, 0, 2}) {
    alarms.push_back(clock.alarm([&, i] {
      order.push_back(i);
      all.count_down();
    }));
    alarms.back()->set(start.monotonic + 5ms + i * 1us);
  }
  all.wait();
  alarms.clear();
  EXPECT_EQ(order, (std::vector{0, 1, 2, 3}));
}

TEST(SystemClock, MovesAnAlarm) {
  SystemClock clock;
  Rung rung;
  const auto alarm = clock.alarm(rung.function(clock));
  const auto start = clock.now();
  alarm->set(start.utc + 1h);
  alarm->set(start.monotonic + 1h);
  alarm->set(start.monotonic + 1ms);  // A second ring would throw.
  EXPECT_LT(rung.wait().monotonic, start.monotonic + 1h);
}

TEST(SystemClock, LetsARingSetItsAlarmAgain) {
  SystemClock clock;
  std::latch rings(3);
  std::atomic<int> left = 3;
  std::unique_ptr<Alarm> alarm;
  alarm = clock.alarm([&] {
    if (--left > 0) alarm->set(clock.now().monotonic + 1ms);
    rings.count_down();
  });
  alarm->set(clock.now().utc);
  rings.wait();
}

TEST(SystemClock, WaitsForARingThatHasBegun) {
  SystemClock clock;
  std::latch begun(1);
  std::latch go_on(1);
  std::atomic<bool> ended = false;
  auto alarm = clock.alarm([&] {
    begun.count_down();
    go_on.wait();
    ended = true;
  });
  alarm->set(clock.now().monotonic);
  begun.wait();
  auto gone = std::async(std::launch::async, [&] {
    alarm.reset();
    return ended.load();
  });
  go_on.count_down();
  EXPECT_TRUE(gone.get());
}

TEST(SystemClock, LetsARingEndItsAlarm) {
  SystemClock clock;
  std::latch gone(1);
  std::optional<std::unique_ptr<Alarm>> alarm;
  auto held = std::make_shared<int>(7);
  const std::weak_ptr watch = held;
  alarm = clock.alarm([&, held = std::move(held)] {
    alarm.reset();
    EXPECT_EQ(*held, 7);  // What the ring holds lives until it ends.
    gone.count_down();
  });
  (*alarm)->set(clock.now().monotonic);
  gone.wait();
}

TEST(SystemClock, NeverRingsAfterTheAlarmIsGone) {
  SystemClock clock;
  for (int i = 0; i < 200; ++i) {
    auto here = std::make_unique<std::atomic<int>>(0);
    auto alarm = clock.alarm([&target = *here] { ++target; });
    alarm->set(clock.now().monotonic + i * 1us);
    alarm.reset();
    here.reset();  // The address sanitizer would tell.
  }
}

}  // namespace
}  // namespace hermes::io
