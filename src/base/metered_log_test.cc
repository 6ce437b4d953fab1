#include "base/metered_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string_view>

#include "testing/manual_time.h"
#include "testing/recording_log.h"

namespace hermes::log {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class MeteredLogTest : public ::testing::Test {
 protected:
  void say(std::string_view app, std::string_view message, bool guest = true) {
    metered_->write({.guest = guest, .app = app, .message = message});
  }

  hermes::testing::ManualTime time{std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)};
  hermes::testing::RecordingLog log;
  std::optional<MeteredLog> metered_{std::in_place, log, time,
                                     Limits{.records_per_second = 3, .bytes_per_record = 20}};
};

TEST_F(MeteredLogTest, SaysOnceASecondWhatItDropped) {
  for (int n = 0; n < 5; ++n) say("app", "message");
  say("app", "longer than twenty bytes");
  EXPECT_THAT(log.take(), SizeIs(3));

  time.advance(1s);
  const auto records = log.take();
  ASSERT_THAT(records, SizeIs(1));
  EXPECT_EQ(records[0].message,
            "dropped 3 records of app 'app': 2 past 3 a second, 1 longer than 20 bytes");
  EXPECT_EQ(records[0].level, Level::Warn);
  EXPECT_EQ(records[0].app, "app");
  EXPECT_FALSE(records[0].guest);

  time.advance(10s);
  EXPECT_THAT(log.take(), IsEmpty());
  say("app", "message");
  EXPECT_THAT(log.take_messages(), ElementsAre("message"));
}

TEST_F(MeteredLogTest, CountsEveryTextOfARecord) {
  const auto write = [&](std::string_view data) {
    metered_->write({.app = "app",
                     .context = "12345",
                     .file = "12345",
                     .function = "12345",
                     .message = "1234",
                     .data = data});
  };
  write("1");
  EXPECT_THAT(log.take(), SizeIs(1));
  write("12");
  EXPECT_THAT(log.take(), IsEmpty());
}

TEST_F(MeteredLogTest, HoldsEachAppToItsOwnLimit) {
  for (int n = 0; n < 4; ++n) say("app", "flood");
  log.take();
  say("other", "calm");
  EXPECT_THAT(log.take_messages(), ElementsAre("calm"));
}

TEST_F(MeteredLogTest, WhatAnAppSaysTakesNothingFromWhatIsSaidOfIt) {
  for (int n = 0; n < 4; ++n) say("app", "flood");
  log.take();
  say("app", "it trapped", false);
  EXPECT_THAT(log.take_messages(), ElementsAre("it trapped"));
  for (int n = 0; n < 4; ++n) say("app", "it trapped", false);
  EXPECT_THAT(log.take(), SizeIs(2));
}

TEST_F(MeteredLogTest, LetsTheEngineSayAsMuchAsItLikes) {
  for (int n = 0; n < 100; ++n) say("", "message", false);
  EXPECT_THAT(log.take(), SizeIs(100));
}

TEST_F(MeteredLogTest, SaysAtItsEndWhatItDropped) {
  for (int n = 0; n < 4; ++n) say("app", "flood");
  log.take();
  metered_.reset();
  EXPECT_THAT(
      log.take_messages(),
      ElementsAre("dropped 1 records of app 'app': 1 past 3 a second, 0 longer than 20 bytes"));
}

}  // namespace
}  // namespace hermes::log
