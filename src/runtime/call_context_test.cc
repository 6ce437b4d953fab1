#include "runtime/call_context.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "testing/recording_log.h"

namespace hermes::runtime {
namespace {

using ::testing::ElementsAre;
using wasm::Output;

class CallContextTest : public ::testing::Test {
 protected:
  CallContext context(log::Level level = log::Level::Info) {
    return CallContext({.app = std::make_shared<App>(App{.id = "app", .log_level = level}),
                        .module = "one",
                        .event = "test:ping/event#on-ping",
                        .execution = 7,
                        .log = &log});
  }
  hermes::testing::RecordingLog log;
};

TEST_F(CallContextTest, LogsWholeLinesOfItsOutput) {
  auto call = context();
  call.output(Output::Stdout, "hel");
  EXPECT_THAT(log.take_messages(), ElementsAre());
  call.output(Output::Stdout, "lo\nworld\r\n\nun");
  EXPECT_THAT(log.take_messages(), ElementsAre("hello", "world", ""));
  call.output(Output::Stdout, "til\n");
  EXPECT_THAT(log.take_messages(), ElementsAre("until"));
}

TEST_F(CallContextTest, SaysWhoPrinted) {
  auto call = context();
  call.output(Output::Stderr, "oh\n");
  call.output(Output::Stdout, "hi\n");
  const auto records = log.take();
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].level, log::Level::Warn);
  EXPECT_EQ(records[0].component, "stderr");
  EXPECT_EQ(records[0].app, "app");
  EXPECT_EQ(records[0].module, "one");
  EXPECT_EQ(records[0].event, "test:ping/event#on-ping");
  EXPECT_EQ(records[0].execution, 7U);
  EXPECT_EQ(records[1].level, log::Level::Info);
  EXPECT_EQ(records[1].component, "stdout");
}

TEST_F(CallContextTest, LogsALineWithoutAnEndWhenItDies) {
  {
    auto call = context();
    call.output(Output::Stdout, "out");
    call.output(Output::Stderr, "err");
  }
  EXPECT_THAT(log.take_messages(), ElementsAre("out", "err"));
}

TEST_F(CallContextTest, CutsALineThatIsTooLong) {
  auto call = context();
  constexpr std::size_t kPiece = 64 * 1024;
  call.output(Output::Stdout,
              std::string(kPiece, 'a') + "\n" + std::string(2 * kPiece, 'b') + "c\n");
  EXPECT_THAT(log.take_messages(), ElementsAre(std::string(kPiece, 'a'), std::string(kPiece, 'b'),
                                               std::string(kPiece, 'b'), "c"));
}

TEST_F(CallContextTest, KeepsToTheLogLevelOfTheApp) {
  auto call = context(log::Level::Warn);
  call.output(Output::Stdout, "hi\n");
  call.output(Output::Stderr, "oh\n");
  EXPECT_THAT(log.take_messages(), ElementsAre("oh"));
}

TEST_F(CallContextTest, SaysNothingOfAShortBlockingFunction) {
  auto call = context(log::Level::Trace);
  call.blocking_began("hermes:sqlite/api#prepare");
  call.blocking_ended();
  EXPECT_THAT(log.take_messages(), ElementsAre());
}

}  // namespace
}  // namespace hermes::runtime
