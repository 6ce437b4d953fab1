// The beginning of apps and the end of the engine, in a real engine.

#include "extensions/init/init.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <future>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "testing/engine/engine_fixture.h"
#include "testing/engine/usage.h"
#include "wit/hermes/integration_test.h"

namespace hermes::testing {
namespace {

using ::testing::HasSubstr;
using RunTest = wit::integration_test::Test;

constexpr RunTest kDone{1, true};  // Of the guest `test_done_9`.

class InitTest : public EngineFixture {
 protected:
  void SetUp() override {
    create();
    start(init::make(engine->events(), *engine));
  }

  void start_app_that_ends(std::set<std::string> permissions) {
    auto app = app_of("ends", {"test_done_9"});
    app.permissions = std::move(permissions);
    start_app(std::move(app));
  }
};

// Each takes some time, and ten wait for each other.
TEST_F(InitTest, DoneEndsTheEngineOnceWhatWasQueuedIsDelivered) {
  constexpr std::uint32_t kMilliseconds = 20;
  constexpr int kSources = 10;
  constexpr int kEvents = 200;
  start_app(app_of("sleep", {"sleep"}));
  start_app_that_ends({"shutdown"});
  std::vector<std::future<Heard<RunTest>>> queued;
  for (int i = 0; i < kEvents; ++i) {
    queued.push_back(post("sleep", RunTest{kMilliseconds, true}, concat("source ", i % kSources)));
  }
  EXPECT_TRUE(ask("ends", kDone).has_value()) << "it returns to its caller";
  EXPECT_EQ(engine->wait(), 9);
  engine->stop();
  int delivered = 0;
  for (auto& event : queued) {
    const auto heard = within_patience(event);
    if (heard.outcome != runtime::EventOutcome::Delivered) continue;
    const auto& reply = heard.replies.at(0);
    if (reply && (*reply)->status) ++delivered;
  }
  EXPECT_EQ(delivered, kEvents);
}

TEST_F(InitTest, TenThousandCallsOfDoneWithoutThePermissionLeaveNothingBehind) {
  start_app_that_ends({});
  const auto call = [&](int calls) {
    for (int i = 0; i < calls; ++i) {
      const auto denied = ask("ends", kDone);
      ASSERT_FALSE(denied.has_value());
      ASSERT_THAT(denied.error().message(), HasSubstr("lacks the permission 'shutdown'"));
    }
  };
  call(kManyCalls / 10);
  const auto before = Usage::now();
  call(kManyCalls);
  expect_nothing_left(before);
}

TEST_F(InitTest, AppsThatStartAndStopLeaveNothingBehind) {
  const auto start_and_stop = [&](int times) {
    for (int i = 0; i < times; ++i) {
      start_app(app_of("prints", {"print"}));
      expect(engine->stop_app("local:prints"));
      EXPECT_FALSE(engine->start_app(app_of("false", {"init_false"})).has_value());
      EXPECT_FALSE(engine->start_app(app_of("trap", {"init_trap"})).has_value());
    }
  };
  start_and_stop(20);
  const auto before = Usage::now();
  start_and_stop(kManyCalls / 50);
  const auto begin = std::chrono::steady_clock::now();
  while (Usage::now().descriptors > before.descriptors) {  // The last are closed soon.
    ASSERT_LT(std::chrono::steady_clock::now() - begin, kPatience);
    std::this_thread::yield();
  }
  expect_nothing_left(before);
}

}  // namespace
}  // namespace hermes::testing
