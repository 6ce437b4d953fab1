// What the queues take of apps that post as fast as they can.

#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "runtime/scheduler_fixture.h"

namespace hermes::runtime {
namespace {

Progress returns(Poll&) {
  return Progress::Finished;
}

class FloodTest : public SchedulerFixture {
 protected:
  FloodTest() : SchedulerFixture(1, {.events = 1'000, .reserved_events = 10}) {}

  /// How many events the app's queues take.
  int flood(const RunningApp& app) {
    for (int accepted = 0;; ++accepted) {
      if (!events().post(Ping{}, {.app = app.id()}, {"test", "x"})) return accepted;
    }
  }
};

TEST_F(FloodTest, LeavesEveryOtherAppItsReserve) {
  std::vector<std::shared_ptr<RunningApp>> apps;
  for (int i = 0; i < 21; ++i) {
    apps.push_back(add_open(std::to_string(i), {{"one", returns}}));
  }
  int accepted = 0;
  for (int i = 0; i < 20; ++i) accepted += flood(*apps[static_cast<std::size_t>(i)]);
  EXPECT_EQ(accepted, 1'000 - 10);
  EXPECT_EQ(flood(*apps[20]), 10);
  const auto late = add_open("late", {{"one", returns}});
  EXPECT_EQ(flood(*late), 10);
  start();
  for (const auto& app : apps) wait_until_idle(*app);
  wait_until_idle(*late);
  EXPECT_GT(flood(*late), 0);
}

TEST_F(FloodTest, AppsHaveTheirReserveWhereTheQueueIsTooSmallForAll) {
  for (int i = 0; i < 200; ++i) {
    EXPECT_GE(flood(*add_open(std::to_string(i), {{"one", returns}})), 10);
  }
  start();
}

TEST_F(FloodTest, WhatAnAppHadReservedIsSharedOnceItIsGone) {
  const auto app = add_open("app", {{"one", returns}});
  for (int i = 0; i < 50; ++i) add_open(std::to_string(i), {{"one", returns}});
  EXPECT_EQ(flood(*app), 1'000 - 50 * 10);
  for (int i = 0; i < 50; ++i) scheduler.remove(std::to_string(i));
  EXPECT_EQ(flood(*app), 50 * 10);
  start();
}

}  // namespace
}  // namespace hermes::runtime
