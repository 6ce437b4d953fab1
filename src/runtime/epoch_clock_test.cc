#include "runtime/epoch_clock.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>

namespace hermes::runtime {
namespace {

class EpochClockTest : public ::testing::Test {
 protected:
  void wait_for_tick(std::size_t worker) {
    const auto before = ticks[worker].load();
    ticks[worker].wait(before);
  }
  void wait_until_asleep() {
    while (!clock.asleep()) std::this_thread::yield();
  }

  std::array<std::atomic<int>, 2> ticks{};
  EpochClock clock{2, [this](std::size_t worker) {
                     ++ticks[worker];
                     ticks[worker].notify_all();
                   }};
};

TEST_F(EpochClockTest, TicksForTheWorkersThatRunGuests) {
  clock.guests_run(1);
  wait_for_tick(1);
  wait_for_tick(1);
  EXPECT_EQ(ticks[0], 0);
  clock.guests_run(0);
  wait_for_tick(0);
  clock.guests_rest(0);
  clock.guests_rest(1);
}

TEST_F(EpochClockTest, SleepsWhenNoGuestRuns) {
  wait_until_asleep();
  EXPECT_EQ(ticks[0], 0);
  for (int round = 0; round < 3; ++round) {
    clock.guests_run(0);
    wait_for_tick(0);
    EXPECT_FALSE(clock.asleep());
    clock.guests_rest(0);
    wait_until_asleep();
  }
}

TEST_F(EpochClockTest, NoticesEveryGuestThatBegins) {
  for (int round = 0; round < 200; ++round) {
    clock.guests_run(0);
    wait_for_tick(0);
    clock.guests_rest(0);
  }
}

// One try is enough, unless the machine is slow to get from one line to the next.
TEST(EpochClock, IsNotWokenByGuestsThatAreDoneWithinATick) {
  bool slept_on = false;
  for (int tries = 0; tries < 100 && !slept_on; ++tries) {
    EpochClock clock(1, [](std::size_t) {});
    clock.guests_run(0);
    EXPECT_FALSE(clock.asleep());
    clock.guests_rest(0);
    slept_on = clock.asleep() && clock.wakes() == 0;
  }
  EXPECT_TRUE(slept_on);
}

}  // namespace
}  // namespace hermes::runtime
