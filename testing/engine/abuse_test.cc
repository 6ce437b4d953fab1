// Guests that mean harm: each is stopped with a reason, and nobody else notices.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>

#include "extensions/cron/cron.h"
#include "extensions/http_request/http_request.h"
#include "extensions/init/init.h"
#include "extensions/kv_store/kv_store.h"
#include "extensions/sqlite/sqlite.h"
#include "net/outbound.h"
#include "testing/engine/engine_fixture.h"
#include "testing/engine/hosts/all.h"
#include "testing/engine/temporary_directory.h"
#include "wit/hermes/cron.h"
#include "wit/hermes/integration_test.h"

namespace hermes::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using RunTest = wit::integration_test::Test;

class AbuseTest : public EngineFixture {
 protected:
  void start_extensions() {
    create();
    start(cron::make(clock, engine->events()), kv_store::make(engine->events()),
          init::make(engine->events(), *engine));
  }

  void start_with_hosts() { start(std::make_unique<HostsExtension>(hosts_)); }

  std::string error_of(std::string_view app, std::uint32_t test = 0) {
    const auto reply = ask(app, RunTest{test, true});
    if (!reply) return reply.error().message();
    return *reply ? (*reply)->name : "there is no such test";
  }

  void expect_others_to_run() {
    start_app(app_of("pages", {"pages"}));
    EXPECT_TRUE((*ask("pages", RunTest{0, true}))->status);
  }

  Hosts hosts_;
};

TEST_F(AbuseTest, RecursionEndsAtTheStackOfTheGuest) {
  start();
  start_app(app_of("recurse", {"recurse"}));
  for (int i = 0; i < 20; ++i) {
    EXPECT_THAT(error_of("recurse"), HasSubstr("call stack exhausted"));
  }
  expect_others_to_run();
}

TEST_F(AbuseTest, WhatIsHandedToAHostFunctionIsChecked) {
  start_extensions();
  start_app(app_of("misdeeds", {"misdeeds"}));
  constexpr std::string_view kReasons[] = {
      "invalid utf-8",   // Text that is none.
      "out of bounds",   // A pointer outside the memory.
      "out of bounds",   // An end outside the memory.
      "out of bounds",   // A length that wraps around.
      "key",             // A key of 32 MiB.
      "out of bounds",   // A list of 2 GiB.
      "too much data",   // Lists that overlap.
      "malformed JSON",  // JSON that is none.
  };
  for (std::uint32_t i = 0; i < std::size(kReasons); ++i) {
    EXPECT_THAT(error_of("misdeeds", i), HasSubstr(kReasons[i])) << "misdeed " << i;
  }
  EXPECT_EQ(error_of("misdeeds", std::size(kReasons)), "there is no such test");
  expect_others_to_run();
}

// The name of each says how it ends.
TEST_F(AbuseTest, WildPointersLengthsTextsAndHandlesEndTheirCallOrAreRefused) {
  create();
  const TemporaryDirectory home;
  start(cron::make(clock, engine->events()), kv_store::make(engine->events()),
        http_request::make(expect(net::Outbound::open({}, engine->reactors())), clock,
                           engine->events(), log),
        sqlite::make(home.path()));
  start_app(app_of("wild", {"wild"}));
  std::uint32_t count = 0;
  for (;; ++count) {
    const auto named = expect(ask("wild", RunTest{count, false}));
    if (!named) break;
    const auto end = named->name.substr(named->name.find(": ") + 2);
    EXPECT_THAT(error_of("wild", count), HasSubstr(end)) << named->name;
  }
  EXPECT_EQ(count, 19U * 6 + 5 * 4 + 14 + 8);
  expect_others_to_run();
}

TEST_F(AbuseTest, LeakedResourcesAreLimitedAndEndWithTheCall) {
  start_with_hosts();
  start_app(app_of("leak", {"leak"}));
  EXPECT_THAT(error_of("leak"), HasSubstr("the call is at its limit of 10000 resources"));
  EXPECT_EQ(hosts_.sqlite->alive(), 0);
  expect_others_to_run();
}

// The middle one of several times.
std::chrono::nanoseconds median_of(auto run) {
  constexpr std::size_t kTimes = 21;
  std::array<std::chrono::nanoseconds, kTimes> times;
  for (auto& time : times) {
    const auto begin = std::chrono::steady_clock::now();
    run();
    time = std::chrono::steady_clock::now() - begin;
  }
  std::ranges::sort(times);
  return times[kTimes / 2];
}

TEST_F(AbuseTest, AFloodOfEventsEndsAtTheQueueOfItsApp) {
  config.queue_limits.events_per_app = 1'000;
  config.grace = 0s;
  start();
  auto flooding = app_of("loop", {"loop"});
  flooding.limits.cpu = 30s;
  start_app(std::move(flooding));
  start_app(app_of("pages", {"pages"}));
  const auto ask_other = [&] { EXPECT_TRUE((*ask("pages", RunTest{0, true}))->status); };
  const auto quiet = median_of(ask_other);
  std::size_t accepted = 0;
  const auto flood = [&] {
    return engine->events().post(RunTest{0, true}, {.app = "local:loop"}, {"test", "flood", false});
  };
  auto refused = flood();
  for (; refused; ++accepted) refused = flood();
  EXPECT_EQ(refused.error().code(), Code::LimitReached);
  EXPECT_LE(accepted, 1'001U);  // One may have begun.
  EXPECT_LE(median_of(ask_other), 20 * quiet + 50ms) << "the other app is hardly slower";
}

TEST_F(AbuseTest, AKeyThatIsWrittenForEverIsStoppedAtADepth) {
  start_extensions();
  start_app(app_of("own_key", {"own_key"}));
  post("own_key", wit::cron::OnCron{{"", "begin"}, false});
  log.wait_for_text("would follow 16");
  expect(engine->stop_app("local:own_key"));
  expect_others_to_run();
}

TEST_F(AbuseTest, FloodsOfTwentyAppsCauseNoRefusalToAnother) {
  constexpr int kFlooding = 20;
  constexpr int kAsked = 50;
  config.queue_limits = {.events_per_app = 500, .events = 1'000, .reserved_events = 10};
  start();
  for (int i = 0; i < kFlooding; ++i) start_app(app_of(concat("flood", i), {"pages"}));
  start_app(app_of("other", {"pages"}));
  std::atomic<bool> enough{false};
  std::atomic<int> refused{0};
  std::jthread flood([&] {
    for (int i = 0; !enough; i = (i + 1) % kFlooding) {
      const runtime::Target app{.app = concat("local:flood", i)};
      if (!engine->events().post(RunTest{1, true}, app, {"test", "flood"})) ++refused;
    }
  });
  while (refused < kFlooding) std::this_thread::yield();
  for (int i = 0; i < kAsked; ++i) EXPECT_TRUE(ask("other", RunTest{1, true}).has_value());
  enough = true;
  flood.join();
}

}  // namespace
}  // namespace hermes::testing
