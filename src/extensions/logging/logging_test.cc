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

using hermes::testing::call_of;
using ::testing::ElementsAre;
using ::testing::SizeIs;
using wit::logging::Level;

class LoggingTest : public hermes::testing::ExtensionFixture {
 protected:
  void say(runtime::CallContext& by, Level level, std::string_view msg) {
    EXPECT_TRUE(api.log(by, level, {}, {}, {}, {}, {}, msg, {}));
  }

  std::unique_ptr<runtime::Extension> extension = make(log);
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

}  // namespace
}  // namespace hermes::logging
