// What a guest gets from WASI.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <vector>

#include "testing/engine/engine_fixture.h"
#include "wit/hermes/cron.h"
#include "wit/hermes/http_gateway.h"
#include "wit/hermes/integration_test.h"

namespace hermes::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::Each;
using ::testing::HasSubstr;
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

TEST_F(WasiTest, ExitZeroEndsTheCallCleanly) {
  start();
  start_app(app_of("ends", {"exit_zero"}));
  const auto test = ask("ends", RunTest{0, true});
  ASSERT_TRUE(test) << test.error().message();
  EXPECT_FALSE(test->has_value()) << "no result";
  const auto again = ask("ends", wit::cron::OnCron{{"", "tag"}, false});
  ASSERT_TRUE(again.has_value()) << again.error().message();
  EXPECT_TRUE(*again);
  const auto reply = ask("ends", wit::http_gateway::ReplyEvent{});
  ASSERT_TRUE(reply) << reply.error().message();
  EXPECT_FALSE(reply->has_value()) << "declined";
}

// WASI 0.2 knows success and failure alone, so exit(3) is exit(1).
TEST_F(WasiTest, ExitOneIsATrapWithThatCode) {
  start();
  start_app(app_of("ends", {"exit"}));
  const auto test = ask("ends", RunTest{0, true});
  ASSERT_FALSE(test);
  EXPECT_EQ(test.error().code(), Code::GuestFailed);
  EXPECT_THAT(test.error().message(), HasSubstr("exit status 1"));
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
