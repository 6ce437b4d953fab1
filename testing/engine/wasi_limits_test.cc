// What a guest may write, open and list through WASI, and what its calls leave behind.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "testing/engine/usage.h"
#include "testing/engine/world_fixture.h"

namespace hermes::testing {
namespace {

class WasiLimitsTest : public WorldFixture {};

TEST_F(WasiLimitsTest, DataHasALimit) {
  add_app("app", R"({"wasi": {"data_bytes": 500000}})");
  add_app("other");
  const std::string some(100'000, 'x');
  for (const auto* name : {"a", "b", "c"}) {
    EXPECT_EQ(tell("app", concat("/write//var/", name), some), "written");
  }
  EXPECT_EQ(tell("app", "/write//var/d", std::string(200'000, 'x')), kFull);
  EXPECT_EQ(tell("app", "/write//tmp/d", std::string(200'000, 'x')), "written") << "another limit";
  EXPECT_EQ(tell("app", "/size//var/a", "400000"), kFull);
  EXPECT_EQ(tell("other", "/write//var/d", std::string(600'000, 'x')), "written");
  EXPECT_EQ(tell("app", "/remove//var/a"), "removed");
  EXPECT_EQ(tell("app", "/remove//var/d"), "removed");
  EXPECT_EQ(tell("app", "/write//var/d", some), "written") << "what is removed is free again";
  for (int i = 0; i < 20; ++i) EXPECT_EQ(tell("app", "/write//var/d", some), "written");
  EXPECT_EQ(tell("app", "/read//var/b"), some);
}

TEST_F(WasiLimitsTest, AFileOfDataHasTheSizeThatItWasGiven) {
  add_app("app", R"({"wasi": {"data_bytes": 500000}})");
  EXPECT_EQ(tell("app", "/write//var/a", "x"), "written");
  EXPECT_EQ(tell("app", "/size//var/a", "300000"), "done");
  EXPECT_EQ(tell("app", "/size//var/a", "200000"), "done");
  EXPECT_EQ(tell("app", "/write//var/b", std::string(300'000, 'x')), kFull) << "with its holes";
}

TEST_F(WasiLimitsTest, WhatIsRemovedWhileItIsOpenCountsUntilItIsClosed) {
  add_app("app", R"({"wasi": {"data_bytes": 500000}})");
  const std::string some(100'000, 'x');
  EXPECT_EQ(tell("app", "/ghosts//var/a", some), concat("4 ", kFull));
  EXPECT_EQ(tell("app", "/remove//var/a"), "removed");
  EXPECT_EQ(tell("app", "/write//var/a", std::string(400'000, 'x')), "written");
}

TEST_F(WasiLimitsTest, TmpHasALimit) {
  add_app("app", R"({"wasi": {"tmp_bytes": 500000}})");
  EXPECT_EQ(tell("app", "/write//tmp/a", std::string(600'000, 'x')), kFull);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(tell("app", "/write//tmp/a", std::string(300'000, 'x')), "written")
        << "each call has its own";
  }
  EXPECT_EQ(tell("app", "/ghosts//tmp/a", std::string(100'000, 'x')), concat("4 ", kFull));
  EXPECT_EQ(tell("app", "/nest//tmp", "1000"), kFull);
  EXPECT_EQ(tell("app", "/nest//tmp", "100"), "done");
}

TEST_F(WasiLimitsTest, TmpCountsAsMemoryOfTheApp) {
  const std::string some(1'000'000, 'x');
  add_app("app");
  EXPECT_EQ(tell("app", "/ghosts//tmp/a", some), concat("63 ", kFull)) << "64 MiB";
  engine.reset();
  config.memory_limits.app = std::size_t{32} << 20;
  SetUp();
  add_app("app");
  const auto answer = tell("app", "/ghosts//tmp/a", some);
  EXPECT_THAT(answer, ::testing::EndsWith(kFull));
  EXPECT_GT(std::stoi(answer), 10);
  EXPECT_LT(std::stoi(answer), 32);
  EXPECT_EQ(tell("app", "/ghosts//tmp/a", some), answer) << "it goes with the call";
}

TEST_F(WasiLimitsTest, NamesCountToo) {
  add_app("app", R"({"wasi": {"data_bytes": 500000}})");
  EXPECT_EQ(tell("app", "/nest//var", "100"), kFull);
  EXPECT_EQ(tell("app", "/write//var/new", "x"), kFull);
  EXPECT_EQ(tell("app", "/symlink//var/new", "x"), kFull);
  EXPECT_EQ(tell("app", "/read//var/deeper/new"), "No such file or directory");
}

TEST_F(WasiLimitsTest, AFolderThatIsTooDeepToMeasureIsFull) {
  add_app("app", R"({"wasi": {"data_bytes": 50000000}})");
  EXPECT_EQ(tell("app", "/nest//var", "1000"), "done");
  expect(engine->stop_app("local:app"));
  add_app("app", R"({"wasi": {"data_bytes": 50000000}})");
  EXPECT_EQ(tell("app", "/write//var/note", "x"), kFull);
}

constexpr auto kInsufficientMemory = 22;  // In the order of the error codes of wasi:filesystem.

TEST_F(WasiLimitsTest, FilesThatAreOpenHaveALimit) {
  write(files.path() / "file.txt", "content");
  add_app("app", "{}", "wasi_bare");
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(tell("app", "/opens"), concat("256 ", kInsufficientMemory)) << "closed with the call";
  }
}

TEST_F(WasiLimitsTest, DirectoriesThatAreReadAtATimeHaveALimit) {
  write(files.path() / "file.txt", "content");
  add_app("app", "{}", "wasi_bare");
  EXPECT_EQ(tell("app", "/listings"), concat("4 ", kInsufficientMemory, " again"));
}

TEST_F(WasiLimitsTest, TenThousandCallsLeaveNothingBehind) {
  write(files.path() / "file.txt", "content");
  add_app("app");
  const auto call = [&](int calls) {
    for (int i = 0; i < calls; i += 3) {
      EXPECT_EQ(tell("app", "/read//srv/share/file.txt"), "content");
      EXPECT_EQ(tell("app", "/write//var/note", "x"), "written");
      EXPECT_EQ(tell("app", "/write//tmp/note", "x"), "written");
    }
  };
  call(kManyCalls / 10);
  const auto before = Usage::now();
  call(kManyCalls);
  wait_until([&] { return Usage::now().descriptors <= before.descriptors; });
  expect_nothing_left(before);
}

}  // namespace
}  // namespace hermes::testing
