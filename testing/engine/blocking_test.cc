// Host functions that block, called by real components: they hold up nobody but their own call.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "testing/engine/engine_fixture.h"
#include "testing/engine/hosts/kv_store.h"
#include "wit/hermes/cron.h"
#include "wit/hermes/http_gateway.h"
#include "wit/hermes/integration_test.h"

namespace hermes::testing {
namespace {

using namespace std::chrono_literals;
using runtime::EventOutcome;
using ::testing::HasSubstr;
using wit::cron::OnCron;

// A key store in which to add, and to subscribe, takes as long as the test says.
class SlowStore final : public KvStoreHost {
 public:
  using Add = std::function<void(CallContext&)>;
  using Subscribe = std::function<void()>;
  SlowStore(Add add, Subscribe subscribe)
      : add_(std::move(add)), subscribe_(std::move(subscribe)) {}

  Result<MaybeValue> kv_add(CallContext& call, std::string_view key, MaybeValue value) override {
    add_(call);
    return KvStoreHost::kv_add(call, key, std::move(value));
  }
  Result<MaybeValue> kv_subscribe(CallContext& call, std::string_view key) override {
    subscribe_();
    return KvStoreHost::kv_subscribe(call, key);
  }
  Result<MaybeValue> kv_unsubscribe(CallContext& call, std::string_view key) override {
    subscribe_();
    return KvStoreHost::kv_unsubscribe(call, key);
  }

 private:
  const Add add_;
  const Subscribe subscribe_;
};

class SlowExtension final : public runtime::Extension {
 public:
  explicit SlowExtension(
      SlowStore::Add add, SlowStore::Subscribe subscribe = [] {})
      : store_(std::move(add), std::move(subscribe)) {}

  std::string_view name() const override { return "slow"; }
  Result<> link(wasm::Linker& linker) override {
    return linker.provide<wit::kv_store::Api>(store_);
  }

 private:
  SlowStore store_;
};

// App "order" adds twice for each of its events; app "pages" answers at once.
class BlockingTest : public EngineFixture {
 protected:
  void start_with(SlowStore::Add add, const runtime::CallLimits& limits = {}) {
    start(std::make_unique<SlowExtension>(std::move(add)));
    auto order = app_of("order", {"order"});
    order.limits = limits;
    start_app(std::move(order));
    start_app(app_of("pages", {"pages"}));
  }

  auto post_slow(std::string_view source = {}) {
    return post("order", OnCron{{"", "tag"}, false}, source);
  }
  void expect_an_answer() {
    EXPECT_TRUE((*ask("pages", wit::integration_test::Test{0, true}))->status);
  }
};

TEST_F(BlockingTest, AnotherAppIsAnsweredWhileEightCallsBlock) {
  constexpr int kCalls = 8;
  std::atomic<int> calls{0};
  std::promise<void> all_inside;
  std::promise<void> leave;
  start_with([&, may_leave = leave.get_future().share()](auto&) {
    if (++calls == kCalls) all_inside.set_value();
    may_leave.wait();
  });
  std::vector<std::future<Heard<OnCron>>> slow;
  for (int i = 0; i < kCalls; ++i) slow.push_back(post_slow());
  within_patience(all_inside.get_future());
  for (int i = 0; i < 100; ++i) expect_an_answer();
  leave.set_value();
  for (auto& heard : slow) EXPECT_TRUE(within_patience(heard).replies.at(0).has_value());
  EXPECT_EQ(calls, 2 * kCalls);
  expect_an_answer();
}

TEST_F(BlockingTest, AnotherAppIsAnsweredWhileOneWaitsToSubscribe) {
  config.workers = 1;
  int waited = 0;
  const auto wait = [&] {
    expect_an_answer();
    ++waited;
  };
  start(std::make_unique<SlowExtension>([](auto&) {}, wait));
  start_app(app_of("pages", {"pages"}));
  start_app(app_of("watcher", {"kv_script"}));
  for (const auto* function : {"kv-subscribe", "kv-unsubscribe"}) {
    const wit::http_gateway::ReplyEvent request{{}, {}, concat("/api/", function, "/key"), "POST"};
    EXPECT_TRUE(ask("watcher", request).has_value()) << function;
  }
  EXPECT_EQ(waited, 2);
}

// Each call goes on with the memory and the stack that it had, among many others.
TEST_F(BlockingTest, CallsGoOnAfterwards) {
  constexpr int kCalls = 100;
  constexpr int kSources = 8;
  std::atomic<int> calls{0};
  start_with([&](auto&) {
    if (++calls % 7 == 0) expect_an_answer();
  });
  std::vector<std::future<Heard<OnCron>>> heard;
  for (int i = 0; i < kCalls; ++i) heard.push_back(post_slow(std::to_string(i % kSources)));
  for (auto& one : heard) EXPECT_TRUE(within_patience(one).replies.at(0).has_value());
  EXPECT_EQ(calls, 2 * kCalls);
}

TEST_F(BlockingTest, ACallThatReturnsTooLateIsOutOfTime) {
  config.workers = 1;
  start_with(
      [&](auto& call) {
        expect_an_answer();
        std::this_thread::sleep_until(call.deadline());
      },
      {.wall = 100ms});
  const auto heard = within_patience(post_slow());
  ASSERT_EQ(heard.replies.size(), 1U);
  EXPECT_EQ(heard.replies[0].error().code(), Code::TimedOut);
  EXPECT_EQ(heard.replies[0].error().message(),
            "out of time: the call took longer than 100 ms (wall)");
}

TEST_F(BlockingTest, WhatThrowsAfterALongTimeFailsItsCall) {
  config.workers = 1;
  start_with([&](auto&) {
    expect_an_answer();
    throw std::runtime_error("no disk");
  });
  const auto heard = within_patience(post_slow());
  EXPECT_THAT(heard.replies.at(0).error().message(), HasSubstr("no disk"));
  expect_an_answer();
}

TEST_F(BlockingTest, AnEngineStopsOnceItsCallsHaveReturned) {
  config.workers = 1;
  config.grace = 0s;
  std::promise<void> inside;
  std::promise<void> leave;
  std::atomic<int> calls{0};
  start_with([&, may_leave = leave.get_future().share()](auto&) {
    if (calls++ != 0) return;
    expect_an_answer();
    inside.set_value();
    may_leave.wait();
  });
  auto slow = post_slow();
  within_patience(inside.get_future());
  auto stopped = std::async(std::launch::async, [this] { engine->stop(); });
  leave.set_value();
  within_patience(stopped);
  // Cancelled in the middle, or through before it was.
  EXPECT_EQ(within_patience(slow).outcome, EventOutcome::Delivered);
}

}  // namespace
}  // namespace hermes::testing
