// hermes:cron in a real engine, row by row of what it promises. Time moves by hand.

#include "extensions/cron/cron.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/strings.h"
#include "testing/engine/engine_fixture.h"
#include "testing/engine/hosts/http_request.h"
#include "testing/manual_time.h"
#include "wit/hermes/http_gateway.h"

namespace hermes::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::Each;
using ::testing::UnorderedElementsAre;
using Reply = wit::http_gateway::ReplyEvent;

class CronTest : public EngineFixture {
 protected:
  void start_cron(cron::Limits limits = {}) {
    create();
    start(cron::make(time, engine->events(), limits));
    start_app(app_of("app", {"cron_script"}));
  }

  std::string call(std::string_view function, std::string_view body = "",
                   std::string_view app = "app") {
    const auto reply =
        ask(app, Reply{{body.begin(), body.end()}, {}, concat("/api/", function), "POST"});
    if (!reply) return reply.error().message();
    const auto& http = std::get<wit::http_gateway::http_gateway_response::Http>(**reply);
    return {http.value.body.begin(), http.value.body.end()};
  }

  /// How often that was printed.
  std::ptrdiff_t count(std::string_view text) const {
    const auto lines = log.lines();
    return std::ranges::count(lines, text, &AwaitedLog::Line::message);
  }

  /// When an event that is posted now has fired, too.
  void expect_nothing_but(std::string_view text, std::ptrdiff_t times) {
    log.wait_for(text, times);
    EXPECT_EQ(call("delay", "1\nmarker"), "true");
    const auto when = call("ls", "marker");
    time.advance(1ms);
    log.wait_for(concat("fired marker ", when.substr(0, when.find('|')), " last"));
    EXPECT_EQ(count(text), times);
  }

  ManualTime time{std::chrono::sys_days(std::chrono::year(2026) / 1 / 1) + 10s};  // A Thursday.
};

TEST_F(CronTest, FirstFiresInTheFirstMatchingMinuteAfterNow) {
  start_cron();
  EXPECT_EQ(call("add", "* * * * *\ntick\nagain"), "true");
  time.advance(49s);
  EXPECT_EQ(count("fired tick * * * * *"), 0);
  time.advance(1s);
  log.wait_for("fired tick * * * * *");
  time.advance(60s);
  expect_nothing_but("fired tick * * * * *", 2);
}

TEST_F(CronTest, AnEntryIsItsScheduleAndItsTag) {
  start_cron();
  EXPECT_EQ(call("add", "0 1 * * *\na\nagain"), "true");
  EXPECT_EQ(call("add", "0 1 * * *\na"), "true") << "changes only whether it fires again";
  EXPECT_EQ(call("add", "0 1 * * *\nb\nagain"), "true");
  EXPECT_EQ(call("add", "0 2 * * *\na\nagain"), "true");
  EXPECT_EQ(call("ls"), "0 1 * * *|a|false\n0 1 * * *|b|true\n0 2 * * *|a|true\n");
}

TEST_F(CronTest, SchedulesThatAreNoneOrNeverOccurAreFalse) {
  start_cron();
  for (const auto* when : {"", "* * * *", "60 * * * *", "0 0 30 2 *", "@often", "a b c d e",
                           "*/0 * * * *", "5-1 * * * *"}) {
    EXPECT_EQ(call("add", concat(when, "\ntag")), "false") << when;
  }
  for (const auto* when : {"@hourly", "@daily", "@weekly", "@monthly", "@yearly", "0 0 29 2 *",
                           "*/5 8-17/3 1,15 jan-mar sun,7", "0 0 13 * fri"}) {
    EXPECT_EQ(call("add", concat(when, "\ntag")), "true") << when;
  }
}

TEST_F(CronTest, IfBothDayFieldsAreRestrictedEitherMatches) {
  start_cron();
  EXPECT_EQ(call("add", "0 0 4 * fri\nday\nagain"), "true");
  time.advance(24h);
  log.wait_for("fired day 0 0 4 * fri");
  time.advance(48h);
  log.wait_for("fired day 0 0 4 * fri", 2);
  time.advance(72h);
  expect_nothing_but("fired day 0 0 4 * fri", 2);
}

TEST_F(CronTest, ADelayFiresOnceAndIsListedUntilThen) {
  start_cron();
  EXPECT_EQ(call("delay", "1500000000\nlater"), "true");
  const auto listed = call("ls", "later");
  EXPECT_TRUE(listed.starts_with('@') && listed.ends_with("|later|false\n")) << listed;
  const auto fired = concat("fired later ", listed.substr(0, listed.find('|')), " last");
  time.advance(1499ms);
  EXPECT_EQ(count(fired), 0);
  time.advance(1ms);
  expect_nothing_but(fired, 1);
  EXPECT_EQ(call("ls", "later"), "");
}

TEST_F(CronTest, LsListsEachOnceSoonestFirst) {
  start_cron();
  EXPECT_EQ(call("add", "0 2 * * *\nb\nagain"), "true");
  EXPECT_EQ(call("add", "0 1 * * *\nb"), "true");
  EXPECT_EQ(call("add", "0 0 * * *\nc"), "true");
  EXPECT_EQ(call("ls", "b"), "0 1 * * *|b|false\n0 2 * * *|b|true\n");
  EXPECT_EQ(call("ls", "none"), "");
  EXPECT_EQ(call("ls"), "0 1 * * *|b|false\n0 2 * * *|b|true\n0 0 * * *|c|false\n");
}

TEST_F(CronTest, AfterRmNothingOfTheEntryBegins) {
  start_cron();
  EXPECT_EQ(call("add", "* * * * *\ntick\nagain"), "true");
  time.advance(60s);
  log.wait_for("fired tick * * * * *");
  EXPECT_EQ(call("rm", "* * * * *\ntick"), "true");
  EXPECT_EQ(call("rm", "* * * * *\ntick"), "false");
  time.advance(5min);
  expect_nothing_but("fired tick * * * * *", 1);
}

TEST_F(CronTest, MkcronClampsMergesAndParsesBack) {
  start_cron();
  EXPECT_EQ(call("mkcron", "\n\n\n\n"), "* * * * *");
  EXPECT_EQ(call("mkcron", "1-5\n0\n40\n3,2-4\n0-59"), "* 2-4 31 1 1-5");
  EXPECT_EQ(call("mkcron", "*\n1,*\n1-31\n12\n0"), "0 12 * * *");
  EXPECT_EQ(call("add", concat(call("mkcron", "7\n13\n0\n99\n99"), "\ntag")), "true");
}

TEST_F(CronTest, EveryModuleOfTheAppIsTold) {
  create();
  start(cron::make(time, engine->events()));
  auto app = app_of("app", {"cron_script"});
  app.modules.push_back(app.modules.front());
  app.modules.back().id = "another";
  start_app(std::move(app));
  const std::string_view entry = "* * * * *\ntick";
  within_patience(post("app", Reply{{entry.begin(), entry.end()}, {}, "/api/add", "POST"}));
  time.advance(60s);
  log.wait_for("fired tick * * * * * last", 2);
  for (const auto* module : {"cron_script", "another"}) {
    const auto lines = log.lines();
    EXPECT_TRUE(std::ranges::count(lines, module, &AwaitedLog::Line::module) > 0) << module;
  }
}

TEST_F(CronTest, FalseFromAModuleRemovesARecurringEntry) {
  start_cron();
  EXPECT_EQ(call("add", "* * * * *\nstop\nagain"), "true");
  time.advance(60s);
  log.wait_for("fired stop * * * * *");
  while (!call("ls", "stop").empty()) continue;
  time.advance(5min);
  expect_nothing_but("fired stop * * * * *", 1);
}

// Modules that the test holds in their events stand beside one that answers true at once.
class HeldCronTest : public CronTest {
 protected:
  class Gates final : public runtime::Extension {
   public:
    explicit Gates(HttpRequestHost& host) : host_(host) {}
    std::string_view name() const override { return "gates"; }
    Result<> link(wasm::Linker& linker) override {
      return linker.provide<wit::http_request::Api>(host_);
    }

   private:
    HttpRequestHost& host_;
  };

  void start_gates(const std::vector<std::string_view>& modules) {
    gates_.answer(HttpRequestHost::Answering::ByTheTest);
    create();
    start(cron::make(time, engine->events()), std::make_unique<Gates>(gates_));
    auto app = app_of("app", {"cron_script"});
    for (const auto module : modules) {
      app.modules.push_back({std::string(module), guest("gate"), "{}"});
    }
    start_app(std::move(app));
  }

  /// "tag schedule" of the next calls that come to be held.
  std::vector<std::string> hold(std::size_t count) {
    std::vector<std::string> begun;
    for (std::size_t i = 0; i < count; ++i) {
      const auto& [payload, reply, stop] = held_.emplace_back(gates_.take());
      begun.push_back(
          concat(payload.host_uri, " ", std::string(payload.body.begin(), payload.body.end())));
    }
    return begun;
  }

  /// Lets one call of that tag go on, which then answers `answer`.
  void let_go(std::string_view tag, bool answer = true) {
    const auto found = std::ranges::find(
        held_, tag, [](const Sending& sending) { return sending.payload.host_uri; });
    auto reply = std::move(found->reply);
    held_.erase(found);
    if (answer) return reply(SendAnswer());
    reply(Unexpected(wit::http_request::ErrorCode::Internal));
  }

  /// When others have come and gone on every worker.
  void expect_none_begins() {
    for (int i = 0; i < 20; ++i) call("ls");
    EXPECT_EQ(gates_.waiting(), 0U);
  }

 private:
  HttpRequestHost gates_;
  std::vector<Sending> held_;
};

TEST_F(HeldCronTest, EventsOfATagKeepOrderAndNeverOverlapWhileTagsRunInParallel) {
  start_gates({"one", "two"});
  for (const auto* minute : {"1", "2", "3"}) {
    EXPECT_EQ(call("add", concat(minute, " 0 * * *\na")), "true");
  }
  EXPECT_EQ(call("add", "* * * * *\nb\nagain"), "true");
  time.advance(3min);
  EXPECT_THAT(hold(4),
              UnorderedElementsAre("a 1 0 * * *", "a 1 0 * * *", "b * * * * *", "b * * * * *"));
  for (const auto* next : {"a 2 0 * * *", "a 3 0 * * *"}) {
    expect_none_begins();
    let_go("a");
    expect_none_begins();  // The other module is not through.
    let_go("a");
    EXPECT_THAT(hold(2), Each(next)) << "the first of the other tag is still held";
  }
  let_go("b");
  let_go("b");
  EXPECT_THAT(hold(2), Each("b * * * * *")) << "the last of the other tag is still held";
  for (const auto* tag : {"a", "a", "b", "b"}) let_go(tag);
  EXPECT_THAT(hold(2), Each("b * * * * *"));
  for (int i = 0; i < 2; ++i) let_go("b");
  expect_none_begins();
}

TEST_F(HeldCronTest, FalseFromOneOfSeveralModulesRemovesARecurringEntry) {
  start_gates({"one", "two"});
  EXPECT_EQ(call("add", "* * * * *\na\nagain"), "true");
  time.advance(2min);
  hold(2);
  let_go("a", false);
  while (!call("ls").empty()) continue;  // Though one module says true and one has not answered.
  let_go("a");
  time.advance(5min);
  expect_none_begins();  // Not what had fired and waited, either.
}

TEST_F(HeldCronTest, TrueFromEveryModuleKeepsARecurringEntry) {
  start_gates({"one", "two"});
  EXPECT_EQ(call("add", "* * * * *\na\nagain"), "true");
  for (int i = 0; i < 3; ++i) {
    time.advance(1min);
    hold(2);
    for (int module = 0; module < 2; ++module) let_go("a");
  }
  EXPECT_EQ(call("ls"), "* * * * *|a|true\n");
}

TEST_F(CronTest, LastIsTrueWhenItWillNotFireAgain) {
  start_cron();
  EXPECT_EQ(call("add", "* * * * *\nonce"), "true");
  time.advance(60s);
  expect_nothing_but("fired once * * * * * last", 1);
}

TEST_F(CronTest, MissedMinutesFireOnce) {
  start_cron();
  EXPECT_EQ(call("add", "* * * * *\ntick\nagain"), "true");
  time.step_utc(10min);
  time.advance(60s);
  expect_nothing_but("fired tick * * * * *", 2);
}

TEST_F(CronTest, AClockThatStepsBackFiresNothingTwice) {
  start_cron();
  EXPECT_EQ(call("add", "* * * * *\ntick\nagain"), "true");
  time.advance(60s);
  log.wait_for("fired tick * * * * *");
  time.step_utc(-2min);
  time.advance(2min);
  expect_nothing_but("fired tick * * * * *", 1);
}

TEST_F(CronTest, SchedulesStartAnewWhereTheClockStepsBackByMoreThanAnHour) {
  start_cron();
  EXPECT_EQ(call("add", "* * * * *\ntick\nagain"), "true");
  time.advance(60s);
  log.wait_for("fired tick * * * * *");
  time.step_utc(-2h);
  time.advance(60s);  // It is noticed within a minute.
  time.advance(60s);
  expect_nothing_but("fired tick * * * * *", 2);
}

TEST_F(CronTest, EntriesAreLimited) {
  start_cron({.entries_per_app = 2, .bytes_per_entry = 20});
  EXPECT_EQ(call("add", "* * * * *\na"), "true");
  EXPECT_EQ(call("delay", "1000000000\nb"), "true");
  EXPECT_EQ(call("add", "* * * * *\nc"), "false");
  EXPECT_EQ(call("delay", "1000000000\nd"), "false");
  EXPECT_EQ(call("add", "* * * * *\na\nagain"), "true") << "it is there";
  EXPECT_EQ(call("rm", "* * * * *\na"), "true");
  EXPECT_EQ(call("add", concat("* * * * *\n", std::string(12, 't'))), "false") << "too long";
}

TEST_F(CronTest, TwoAppsSeeOnlyTheirOwn) {
  start_cron();
  start_app(app_of("other", {"cron_script"}));
  EXPECT_EQ(call("add", "* * * * *\ntick"), "true");
  EXPECT_EQ(call("ls", "", "other"), "");
  EXPECT_EQ(call("rm", "* * * * *\ntick", "other"), "false");
  expect(engine->stop_app("local:app"));
  EXPECT_EQ(call("add", "* * * * *\nother", "other"), "true");
  time.advance(60s);
  log.wait_for("fired other * * * * * last");
  EXPECT_EQ(count("fired tick * * * * * last"), 0) << "it ended with its app";
}

}  // namespace
}  // namespace hermes::testing
