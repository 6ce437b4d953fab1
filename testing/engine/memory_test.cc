// The memory that calls have together: of an app, and of the engine.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "testing/engine/engine_fixture.h"
#include "wit/hermes/integration_test.h"

namespace hermes::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using RunTest = wit::integration_test::Test;

constexpr std::size_t kMebibyte = std::size_t{1} << 20;

class MemoryTest : public EngineFixture {
 protected:
  MemoryTest() { config.grace = 0s; }

  /// A call of that app takes so much, and keeps it until the app stops.
  void hold(std::string_view app, std::uint32_t mebibytes) {
    auto holding = app_of("hold", {"hold"});
    holding.id = concat("local:", app);
    start_app(std::move(holding));
    post(app, RunTest{mebibytes, true});
    log.wait_for(concat("holds ", mebibytes, " MiB"));
  }

  std::size_t grown(std::string_view app) {
    return std::stoul((*ask(app, RunTest{0, true}))->name);
  }
};

TEST_F(MemoryTest, ACallHasWhatItsAppMayHave) {
  config.memory_limits.app = 24 * kMebibyte;
  start();
  start_app(app_of("grow", {"grow"}));
  for (int i = 0; i < 3; ++i) {
    EXPECT_GE(grown("grow"), 22U);
    EXPECT_LE(grown("grow"), 24U);
  }
}

TEST_F(MemoryTest, OtherAppsHaveTheirOwn) {
  config.memory_limits.app = 24 * kMebibyte;
  start();
  hold("x", 20);
  start_app(app_of("grow", {"grow"}));
  EXPECT_GE(grown("grow"), 22U);
}

TEST_F(MemoryTest, WhatTheEngineHasIsForAll) {
  config.memory_limits.engine = 40 * kMebibyte;
  start();
  hold("x", 20);
  start_app(app_of("grow", {"grow"}));
  EXPECT_LE(grown("grow"), 20U);
  expect(engine->stop_app("local:x"));
  EXPECT_GE(grown("grow"), 36U);
}

TEST_F(MemoryTest, ACallWaitsUntilThereIsMemoryForIt) {
  config.workers = 1;
  config.memory_limits.engine = 80 * kMebibyte;
  start();
  hold("x", 50);
  start_app(app_of("pages", {"pages"}));
  auto heard = post("pages", RunTest{0, true});  // Its memory is larger than what is left.
  EXPECT_EQ(heard.wait_for(50ms), std::future_status::timeout);
  expect(engine->stop_app("local:x"));
  EXPECT_TRUE((*within_patience(heard).replies.at(0))->status);
}

TEST_F(MemoryTest, ACallForWhichThereWillNeverBeMemoryFails) {
  config.memory_limits.engine = 24 * kMebibyte;
  start();
  start_app(app_of("pages", {"pages"}));
  const auto error = ask("pages", RunTest{0, true}).error();
  EXPECT_EQ(error.code(), Code::OutOfMemory);
  EXPECT_THAT(error.message(), HasSubstr("all calls use what the engine has for them"));
}

TEST_F(MemoryTest, WhoIsRefusedIsToldByWhom) {
  config.memory_limits.app = 16 * kMebibyte;
  start();
  start_app(app_of("malloc_abort", {"malloc_abort"}));
  EXPECT_THAT(ask("malloc_abort", RunTest{0, true}).error().message(),
              HasSubstr("out of memory: all calls of the app may use 16 MiB: "));
}

}  // namespace
}  // namespace hermes::testing
