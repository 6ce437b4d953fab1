// Guests that fail in every way: each fails its own call, and the text says why.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <future>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "testing/engine/engine_fixture.h"
#include "wit/hermes/integration_test.h"

namespace hermes::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::StartsWith;
using RunTest = wit::integration_test::Test;

constexpr RunTest kBehave{0, true};

class FaultsTest : public EngineFixture {
 protected:
  void start_guest(std::string_view name, const runtime::CallLimits& limits = {}) {
    if (!engine) start();
    auto app = app_of(name, {name});
    app.limits = limits;
    start_app(std::move(app));
  }

  Error error_of(std::string_view name) {
    auto reply = ask(name, kBehave);
    if (reply) throw std::runtime_error(concat(name, " does not fail"));
    return reply.error();
  }

  void expect_others_to_run() {
    start_guest("pages");
    EXPECT_TRUE((*ask("pages", kBehave))->status);
  }
};

TEST_F(FaultsTest, ALoopEndsAtItsLimitOfCpu) {
  start_guest("loop", {.cpu = 50ms, .wall = 30s});
  const auto error = error_of("loop");
  EXPECT_EQ(error.code(), Code::TimedOut);
  EXPECT_EQ(error.message(), "out of time: the call used its 50 ms of CPU");
  expect_others_to_run();
}

TEST_F(FaultsTest, ALoopEndsAtItsLimitOfTime) {
  start_guest("loop", {.cpu = 30s, .wall = 50ms});
  const auto error = error_of("loop");
  EXPECT_EQ(error.code(), Code::TimedOut);
  EXPECT_EQ(error.message(), "out of time: the call took longer than 50 ms (wall)");
  expect_others_to_run();
}

TEST_F(FaultsTest, ASleepEndsAtItsLimitOfTime) {
  start_guest("sleep", {.wall = 50ms});
  const auto reply = ask("sleep", RunTest{20'000, true});
  EXPECT_EQ(reply.error().code(), Code::TimedOut);
  EXPECT_EQ(reply.error().message(), "out of time: the call took longer than 50 ms (wall)");
}

TEST_F(FaultsTest, LoopsLetOtherCallsOfTheirWorkerRun) {
  constexpr int kLoops = 10;
  config.workers = 1;
  config.grace = 0s;
  start_guest("loop", {.cpu = 5s, .wall = 30s});
  std::vector<std::future<Heard<RunTest>>> loops(kLoops);
  for (auto& loop : loops) loop = post("loop", kBehave);
  log.wait_for("in a loop", kLoops);
  expect_others_to_run();
  for (auto& loop : loops) EXPECT_NE(loop.wait_for(0s), std::future_status::ready);
  engine->stop();
  for (auto& loop : loops) {
    EXPECT_EQ(within_patience(loop).replies.at(0).error().code(), Code::Stopping);
  }
}

TEST_F(FaultsTest, ATrapSaysWhatItWas) {
  start_guest("trap");
  const auto error = error_of("trap");
  EXPECT_EQ(error.code(), Code::GuestFailed);
  EXPECT_EQ(error.message(), "wasm trap: wasm `unreachable` instruction executed");
  expect_others_to_run();
}

TEST_F(FaultsTest, MemoryGrowsToTheLimitOfTheCall) {
  start_guest("grow", {.memory = std::size_t{16} << 20});
  const auto mebibytes = std::stoi((*ask("grow", kBehave))->name);
  EXPECT_GE(mebibytes, 15);
  EXPECT_LE(mebibytes, 16);
}

TEST_F(FaultsTest, TheEngineLimitsWhatAnAppAllowsItself) {
  config.call_limits.memory = std::size_t{8} << 20;
  start_guest("grow", {.memory = std::size_t{64} << 20});
  EXPECT_LE(std::stoi((*ask("grow", kBehave))->name), 8);
}

TEST_F(FaultsTest, AGuestThatAbortsWithoutMemoryIsOutOfMemory) {
  start_guest("malloc_abort", {.memory = std::size_t{16} << 20});
  const auto error = error_of("malloc_abort");
  EXPECT_EQ(error.code(), Code::OutOfMemory);
  EXPECT_THAT(error.message(), StartsWith("out of memory: the call may use 16 MiB: "));
  expect_others_to_run();
}

TEST_F(FaultsTest, ExitEndsTheCallAlone) {
  start_guest("exit");
  EXPECT_EQ(error_of("exit").code(), Code::GuestFailed);
  EXPECT_THAT(error_of("exit").message(), HasSubstr("exit"));
  expect_others_to_run();
}

TEST_F(FaultsTest, WhatAGuestPrintsIsLogged) {
  using log::Level;
  start_guest("print");
  EXPECT_EQ((*ask("print", kBehave))->name, "printed");
  const auto line = [](Level level, std::string stream, std::string message) {
    return AwaitedLog::Line{level,   std::move(stream),  "local:print",
                            "print", std::move(message), 1};
  };
  EXPECT_THAT(log.lines(), IsSupersetOf({
                               line(Level::Info, "stdout", "a line on stdout"),
                               line(Level::Warn, "stderr", "a line on stderr"),
                               line(Level::Info, "stdout", "in two pieces"),
                               line(Level::Info, "stdout", "without an end"),
                           }));
}

TEST_F(FaultsTest, AFailureIsLoggedWithAppAndModule) {
  start_guest("trap");
  const auto message = error_of("trap").message();
  EXPECT_THAT(log.lines(), Contains(AwaitedLog::Line{log::Level::Warn, "engine", "local:trap",
                                                     "trap", message, 1}));
}

TEST_F(FaultsTest, FailuresAreCountedForTheirApp) {
  config.grace = 0s;
  start();
  auto app = app_of("x", {"trap", "loop", "malloc_abort"});
  app.limits = {.memory = std::size_t{16} << 20, .cpu = 50ms};
  start_app(std::move(app));
  start_app(app_of("pages", {"pages"}));
  for (int i = 0; i < 2; ++i) within_patience(post("x", kBehave));
  EXPECT_TRUE(ask("pages", kBehave));
  EXPECT_EQ(engine->failures("local:x"),
            (runtime::CallFailures{.trapped = 2, .out_of_memory = 2, .out_of_time = 2}));
  EXPECT_EQ(engine->failures("local:pages"), runtime::CallFailures());
  EXPECT_EQ(engine->failures("local:none"), std::nullopt);
  expect(engine->stop_app("local:x"));
  log.wait_for("of its calls, 2 trapped, 2 were out of memory, 2 out of time, 0 were cancelled");
}

TEST_F(FaultsTest, OneModuleFailsAndTheOtherAnswers) {
  start();
  start_app(app_of("two", {"trap", "pages"}));
  const auto replies = within_patience(post("two", kBehave)).replies;
  ASSERT_EQ(replies.size(), 2U);
  EXPECT_NE(replies[0].has_value(), replies[1].has_value());
}

}  // namespace
}  // namespace hermes::testing
