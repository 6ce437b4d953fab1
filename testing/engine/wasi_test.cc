// What a guest gets from WASI.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <vector>

#include "testing/engine/engine_fixture.h"
#include "wit/hermes/integration_test.h"

namespace hermes::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::Each;
using RunTest = wit::integration_test::Test;

class WasiTest : public EngineFixture {};

TEST_F(WasiTest, ASleepTakesItsTime) {
  start();
  start_app(app_of("clock", {"sleep"}));
  const auto begin = std::chrono::steady_clock::now();
  const auto answer = ask("clock", RunTest{50, true});
  EXPECT_TRUE((*answer)->status);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 50ms);
}

TEST_F(WasiTest, CallsThatSleepHoldNoWorker) {
  constexpr int kSleepers = 100;
  constexpr std::uint32_t kLong = 25'000;
  config.grace = 0s;
  start();
  start_app(app_of("clock", {"sleep"}));
  std::vector<std::future<Heard<RunTest>>> sleepers(kSleepers);
  for (auto& sleeper : sleepers) sleeper = post("clock", RunTest{kLong, true});

  for (int i = 0; i < 10; ++i) EXPECT_TRUE((*ask("clock", RunTest{1, true}))->status);

  engine->stop();
  std::vector<Code> ends;
  for (auto& sleeper : sleepers) {
    ends.push_back(within_patience(sleeper).replies.at(0).error().code());
  }
  EXPECT_THAT(ends, Each(Code::Stopping));
}

}  // namespace
}  // namespace hermes::testing
