// How apps and the engine end while calls run.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <utility>

#include "testing/engine/engine_fixture.h"
#include "testing/engine/hosts/all.h"

namespace hermes::testing {
namespace {

using namespace std::chrono_literals;
using runtime::EventOutcome;
using wit::http_request::OnHttpResponse;

// Tells when the engine has begun to stop.
class StopWatch final : public runtime::Extension {
 public:
  explicit StopWatch(std::promise<void>& begun) : begun_(begun) {}

  std::string_view name() const override { return "stop_watch"; }
  Result<> link(wasm::Linker&) override { return {}; }
  void quiesce() override { begun_.set_value(); }

 private:
  std::promise<void>& begun_;
};

// Calls of app "held" wait in `send` until the test answers.
class StopTest : public EngineFixture {
 protected:
  void start_held() {
    hosts.http_request.answer(HttpRequestHost::Answering::ByTheTest);
    start(std::make_unique<HostsExtension>(hosts), std::make_unique<StopWatch>(stop_begun_));
    start_app(app_of("held", {"shapes"}));
  }

  auto post_number(std::uint64_t number, std::string_view source = {}) {
    return post("held", OnHttpResponse{number, {}}, source);
  }

  /// What the app's event is refused with.
  Code refusal() {
    return engine->events()
        .post(OnHttpResponse{0, {}}, {.app = "local:held"}, {"test", "", true})
        .error()
        .code();
  }

  /// Stops the engine on a thread of its own; returns once that is under way.
  std::future<void> begin_to_stop() {
    auto stopped = std::async(std::launch::async, [this] { engine->stop(); });
    within_patience(stop_begun_.get_future());
    return stopped;
  }

  Hosts hosts;

 private:
  std::promise<void> stop_begun_;
};

TEST_F(StopTest, ARunningCallFinishes) {
  start_held();
  auto heard = post_number(1);
  auto sent = hosts.http_request.take();
  auto stopped = begin_to_stop();
  sent.reply(SendAnswer());
  within_patience(stopped);
  const auto end = within_patience(heard);
  EXPECT_TRUE(end.replies.at(0));
  EXPECT_EQ(end.outcome, EventOutcome::Delivered);
}

TEST_F(StopTest, WhatIsQueuedIsDelivered) {
  start_held();
  auto first = post_number(1, "a");
  auto second = post_number(2, "a");
  auto sent = hosts.http_request.take();
  auto stopped = begin_to_stop();
  sent.reply(SendAnswer());
  hosts.http_request.take().reply(SendAnswer());
  within_patience(stopped);
  EXPECT_TRUE(within_patience(first).replies.at(0));
  EXPECT_TRUE(within_patience(second).replies.at(0));
}

TEST_F(StopTest, WhatRunsAfterTheGracePeriodIsCancelled) {
  config.grace = 20ms;
  start_held();
  auto running = post_number(1, "a");
  auto queued = post_number(2, "a");
  auto sent = hosts.http_request.take();
  engine->stop();

  const auto cancelled = within_patience(running);
  EXPECT_EQ(cancelled.replies.at(0).error().code(), Code::Stopping);
  EXPECT_EQ(cancelled.replies.at(0).error().message(), "the app is stopping");
  EXPECT_EQ(cancelled.outcome, EventOutcome::Delivered);
  const auto never = within_patience(queued);
  EXPECT_TRUE(never.replies.empty());
  EXPECT_EQ(never.outcome, EventOutcome::AppStopped);

  EXPECT_TRUE(sent.stop.stop_requested());
  sent.reply(SendAnswer());
}

TEST_F(StopTest, StopNowEndsTheGracePeriod) {
  config.grace = 1h;
  start_held();
  auto heard = post_number(1);
  const auto sent = hosts.http_request.take();
  auto stopped = begin_to_stop();
  engine->stop_now();
  within_patience(stopped);
  EXPECT_EQ(within_patience(heard).replies.at(0).error().code(), Code::Stopping);
}

TEST_F(StopTest, AnAppStopsWhileItsCallsWait) {
  config.grace = 20ms;
  start_held();
  auto running = post_number(1, "a");
  auto queued = post_number(2, "a");
  const auto sent = hosts.http_request.take();
  expect(engine->stop_app("local:held"));
  EXPECT_EQ(within_patience(running).replies.at(0).error().code(), Code::Stopping);
  EXPECT_EQ(within_patience(queued).outcome, EventOutcome::AppStopped);
  EXPECT_EQ(refusal(), Code::NotFound);
}

TEST_F(StopTest, AnAppCanStartAgain) {
  config.grace = 0s;
  start_held();
  for (std::uint64_t round = 0; round < 5; ++round) {
    auto cancelled = post_number(round, "a");
    const auto sent = hosts.http_request.take();
    expect(engine->stop_app("local:held"));
    EXPECT_EQ(within_patience(cancelled).replies.at(0).error().code(), Code::Stopping);

    start_app(app_of("held", {"shapes"}));
    auto heard = post_number(round, "a");
    hosts.http_request.take().reply(SendAnswer());
    EXPECT_TRUE(within_patience(heard).replies.at(0));
  }
}

TEST_F(StopTest, OtherAppsRunOnWhenOneStops) {
  config.grace = 0s;
  start_held();
  start_app(app_of("other", {"shapes"}));
  auto heard = post("other", OnHttpResponse{1, {}}, "a");
  auto sent = hosts.http_request.take();
  expect(engine->stop_app("local:held"));
  sent.reply(SendAnswer());
  EXPECT_TRUE(within_patience(heard).replies.at(0));
}

TEST_F(StopTest, AnAppThatIsNotThereCannotBeStopped) {
  start_held();
  EXPECT_EQ(engine->stop_app("local:none").error().message(), "no app 'local:none' is running");
}

TEST_F(StopTest, AnEngineThatIsDestroyedStopsAtOnce) {
  config.grace = 1h;
  start_held();
  auto running = post_number(1, "a");
  auto queued = post_number(2, "a");
  const auto sent = hosts.http_request.take();
  engine.reset();
  EXPECT_EQ(within_patience(running).replies.at(0).error().code(), Code::Stopping);
  EXPECT_EQ(within_patience(queued).outcome, EventOutcome::AppStopped);
  EXPECT_TRUE(sent.stop.stop_requested());
}

TEST_F(StopTest, AnEngineThatNeverStartedCanBeDestroyed) {
  create();
  engine.reset();
}

}  // namespace
}  // namespace hermes::testing
