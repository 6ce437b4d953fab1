#include "extensions/logging/logging.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

#include "testing/extension_fixture.h"
#include "wit/hermes/logging.h"

namespace hermes::logging {
namespace {

using namespace std::chrono_literals;
using hermes::testing::call_of;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using wit::logging::Level;

class LoggingTest : public hermes::testing::ExtensionFixture {
 protected:
  void SetUp() override { ASSERT_TRUE(extension->app_started({.id = "app"})); }

  void say(runtime::CallContext& by, Level level, std::string_view msg) {
    EXPECT_TRUE(api.log(by, level, {}, {}, {}, {}, {}, msg, {}));
  }

  std::unique_ptr<runtime::Extension> extension =
      make(log, time, {.records_per_second = 3, .bytes_per_record = 20});
  wit::logging::Api& api = imports<wit::logging::Api>(*extension);
};

TEST_F(LoggingTest, WritesARecordWithAllThatIsKnown) {
  runtime::CallContext on_cron(
      {.app = std::make_shared<const runtime::App>(runtime::App{.id = "app"}),
       .module = "module",
       .event = "hermes:cron/event#on-cron",
       .execution = 7});
  ASSERT_TRUE(api.log(on_cron, Level::Warn, "a.c", "main", 12, 3, "ctx", "message", "{}"));

  const auto records = log.take();
  ASSERT_THAT(records, SizeIs(1));
  const auto& record = records[0];
  EXPECT_EQ(record.level, log::Level::Warn);
  EXPECT_TRUE(record.guest);
  EXPECT_EQ(record.component, "logging");
  EXPECT_EQ(record.app, "app");
  EXPECT_EQ(record.module, "module");
  EXPECT_EQ(record.event, "hermes:cron/event#on-cron");
  EXPECT_EQ(record.execution, 7U);
  EXPECT_EQ(record.context, "ctx");
  EXPECT_EQ(record.file, "a.c");
  EXPECT_EQ(record.function, "main");
  EXPECT_EQ(record.line, 12U);
  EXPECT_EQ(record.column, 3U);
  EXPECT_EQ(record.message, "message");
  EXPECT_EQ(record.data, "{}");
}

TEST_F(LoggingTest, LeavesOutWhatTheAppDidNotSay) {
  say(call, Level::Info, "message");
  const auto record = log.take().at(0);
  EXPECT_EQ(record.context, std::nullopt);
  EXPECT_EQ(record.file, std::nullopt);
  EXPECT_EQ(record.line, std::nullopt);
  EXPECT_EQ(record.data, std::nullopt);
}

TEST_F(LoggingTest, HoldsToTheMinimumLevelOfTheApp) {
  say(call, Level::Trace, "trace");
  say(call, Level::Debug, "debug");
  say(call, Level::Info, "info");
  EXPECT_THAT(log.take_messages(), ElementsAre("info"));

  auto curious = call_of({.id = "app", .log_level = log::Level::Debug});
  say(curious, Level::Trace, "trace is below debug, though it comes later in the WIT");
  say(curious, Level::Debug, "debug");
  EXPECT_THAT(log.take_messages(), ElementsAre("debug"));
}

TEST_F(LoggingTest, SaysOnceASecondWhatItDropped) {
  for (int n = 0; n < 5; ++n) say(call, Level::Info, "message");
  say(call, Level::Info, "longer than twenty bytes");
  say(call, Level::Debug, "below the level, so not counted as dropped");
  EXPECT_THAT(log.take(), SizeIs(3));

  time.advance(1s);
  const auto records = log.take();
  ASSERT_THAT(records, SizeIs(1));
  EXPECT_EQ(records[0].message,
            "dropped 3 records of app 'app': 2 past 3 a second, 1 longer than 20 bytes");
  EXPECT_EQ(records[0].level, log::Level::Warn);
  EXPECT_EQ(records[0].app, "app");
  EXPECT_FALSE(records[0].guest);

  time.advance(10s);
  EXPECT_THAT(log.take(), IsEmpty());
  say(call, Level::Info, "message");
  EXPECT_THAT(log.take_messages(), ElementsAre("message"));
}

TEST_F(LoggingTest, CountsEveryTextOfARecord) {
  ASSERT_TRUE(api.log(call, Level::Info, "12345", "12345", {}, {}, "12345", "1234", "1"));
  EXPECT_THAT(log.take(), SizeIs(1));
  ASSERT_TRUE(api.log(call, Level::Info, "12345", "12345", {}, {}, "12345", "1234", "12"));
  EXPECT_THAT(log.take(), IsEmpty());
}

TEST_F(LoggingTest, HoldsEachAppToItsOwnLimit) {
  auto other = call_of({.id = "other"});
  ASSERT_TRUE(extension->app_started({.id = "other"}));
  for (int n = 0; n < 4; ++n) say(call, Level::Info, "flood");
  log.take();
  say(other, Level::Info, "calm");
  EXPECT_THAT(log.take_messages(), ElementsAre("calm"));
}

TEST_F(LoggingTest, SaysWhatAStoppedAppLost) {
  for (int n = 0; n < 4; ++n) say(call, Level::Info, "flood");
  log.take();
  extension->app_stopped("app");
  EXPECT_THAT(
      log.take_messages(),
      ElementsAre("dropped 1 records of app 'app': 1 past 3 a second, 0 longer than 20 bytes"));
  time.advance(1s);
  EXPECT_THAT(log.take(), IsEmpty());
}

}  // namespace
}  // namespace hermes::logging
