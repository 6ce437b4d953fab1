#include "extensions/ipfs/announcements.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/strings.h"
#include "testing/manual_time.h"

namespace hermes::ipfs {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class AnnouncementsTest : public ::testing::Test {
 protected:
  AnnouncementsTest() {
    announcements.app_started("app");
    announcements.app_started("other");
  }

  static Announced record(const std::string& key, const std::string& app = "app") {
    return {app, Announced::Kind::Record, key};
  }

  // Those that were told since the last time; a peer hears them or not.
  std::vector<std::string> told(bool is_heard = true) {
    auto taken = std::exchange(under_way, {});
    std::vector<std::string> keys;
    for (auto& [key, then] : taken) {
      keys.push_back(key);
      then(is_heard);
    }
    return keys;
  }

  hermes::testing::ManualTime time{std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)};
  std::vector<std::pair<std::string, UniqueFunction<void(bool)>>> under_way;
  Announcements announcements{time, [this](const Announced& announced, auto then) {
                                under_way.emplace_back(announced.key, std::move(then));
                              }};
};

TEST_F(AnnouncementsTest, AreToldAtOnceAndAgainInTime) {
  announcements.add(record("a"));
  time.advance(1ms);
  EXPECT_THAT(told(), ElementsAre("a"));
  time.advance(Announcements::kPeriod - 1s);
  EXPECT_THAT(told(), IsEmpty());
  time.advance(1s);
  EXPECT_THAT(told(), ElementsAre("a"));
}

TEST_F(AnnouncementsTest, WhatNobodyHeardIsToldSoonAndThenLessAndLessOften) {
  announcements.told(record("a"), false);
  std::vector<std::chrono::nanoseconds> pauses;
  for (int i = 0; i < 3; ++i) {
    const auto before = time.now().monotonic;
    while (under_way.empty()) time.advance(1s);
    pauses.push_back(time.now().monotonic - before);
    told(false);
  }
  EXPECT_THAT(pauses, ElementsAre(5s, 10s, 20s));
  for (int i = 0; i < 20; ++i) {
    time.advance(1h);
    EXPECT_THAT(told(false), SizeIs(::testing::Ge(1U))) << "each hour at least";
  }
}

TEST_F(AnnouncementsTest, AFewAreUnderWayAtOnce) {
  for (int i = 0; i < 20; ++i) announcements.add(record(concat("key ", i)));
  time.advance(1ms);
  EXPECT_THAT(under_way, SizeIs(Announcements::kAtOnce));
  told();
  time.advance(1ms);
  EXPECT_THAT(told(), SizeIs(Announcements::kAtOnce));
  time.advance(1ms);
  EXPECT_THAT(told(), SizeIs(4));
}

TEST_F(AnnouncementsTest, OfAnAppThatStopsNothingIsTold) {
  announcements.add(record("a"));
  announcements.add(record("b", "other"));
  time.advance(1ms);
  announcements.app_stopped("app");
  EXPECT_THAT(told(), ElementsAre("a", "b"));
  time.advance(Announcements::kPeriod);
  EXPECT_THAT(told(), ElementsAre("b"));
  announcements.told(record("c"), true);
  time.advance(Announcements::kPeriod);
  EXPECT_THAT(told(), ElementsAre("b")) << "nor what a call of it had begun to tell";
  announcements.stop();
  time.advance(Announcements::kPeriod);
  EXPECT_THAT(told(), IsEmpty());
}

}  // namespace
}  // namespace hermes::ipfs
