#include "base/task_group.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>
#include <semaphore>

#include "base/guarded.h"

namespace hermes {
namespace {

using ::testing::ElementsAre;

TEST(TaskGroup, TasksOfOneKeyRunInTheirOrder) {
  Guarded<std::vector<int>> ran;
  {
    TaskGroup tasks(4);
    for (int i = 0; i < 1'000; ++i) {
      tasks.run("key", [&ran, i] { ran.with([&](auto& all) { all.push_back(i); }); });
    }
  }
  ran.with([](const auto& all) {
    ASSERT_EQ(all.size(), 1'000U);
    for (int i = 0; i < 1'000; ++i) ASSERT_EQ(all[static_cast<std::size_t>(i)], i);
  });
}

TEST(TaskGroup, KeysDoNotWaitForEachOther) {
  std::latch both(2);
  TaskGroup tasks(2);
  tasks.run("a", [&] { both.arrive_and_wait(); });
  tasks.run("b", [&] { both.arrive_and_wait(); });
  both.wait();
}

TEST(TaskGroup, KeysTakeTurns) {
  Guarded<std::vector<std::string>> ran;
  std::binary_semaphore all_are_there(0);
  {
    TaskGroup tasks(1);
    tasks.run("first", [&] { all_are_there.acquire(); });
    for (const std::string key : {"a", "a", "a", "b"}) {
      tasks.run(key, [&ran, key] { ran.with([&](auto& all) { all.push_back(key); }); });
    }
    all_are_there.release();
  }
  ran.with([](const auto& all) { EXPECT_THAT(all, ElementsAre("a", "b", "a", "a")); });
}

TEST(TaskGroup, WhatATaskAddsRunsTooBeforeTheEnd) {
  bool is_done = false;
  {
    TaskGroup tasks(2);
    tasks.run("a", [&] { tasks.run("b", [&] { tasks.run("a", [&] { is_done = true; }); }); });
  }
  EXPECT_TRUE(is_done);
}

}  // namespace
}  // namespace hermes
