// hermes:kv-store in a real engine, row by row of what it promises.

#include "extensions/kv_store/kv_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/strings.h"
#include "sql/database.h"
#include "testing/engine/engine_fixture.h"
#include "testing/engine/temporary_directory.h"
#include "wit/hermes/http_gateway.h"

namespace hermes::testing {
namespace {

using ::testing::HasSubstr;
using Reply = wit::http_gateway::ReplyEvent;

class KvStoreTest : public EngineFixture {
 protected:
  void start_keys(const std::string& manifest = "{}", std::string_view app = "app") {
    if (!engine) {
      create();
      start(kv_store::make(engine->events(), home.path()));
    }
    auto started = app_of(app, {"kv_script"});
    started.manifest = expect(json::Document::parse(manifest, "app.json"));
    start_app(std::move(started));
  }

  static Reply request(std::string_view function, std::string_view values, std::string_view key) {
    return {{values.begin(), values.end()}, {}, concat("/api/", function, "/", key), "POST"};
  }

  /// What the guest answers, or why its call failed.
  static std::string text(const Result<Reply::Reply>& reply) {
    if (!reply.has_value()) return reply.error().message();
    const auto& http = std::get<wit::http_gateway::http_gateway_response::Http>(**reply);
    return {http.value.body.begin(), http.value.body.end()};
  }

  std::string call(std::string_view function, std::string_view values = "",
                   std::string_view key = "key", std::string_view app = "app") {
    return text(ask(app, request(function, values, key)));
  }
  std::string get(std::string_view key = "key") { return call("kv-get", "", key); }

  /// What is there after adding.
  std::string sum(std::string_view value, std::string_view operand) {
    call("kv-set", value);
    EXPECT_EQ(call("kv-add", operand), value) << "it returns what was there before";
    return get();
  }

  TemporaryDirectory home;
};

TEST_F(KvStoreTest, TheTypeIsPartOfTheValue) {
  start_keys();
  for (const auto* value :
       {"string abc", "s64 -9223372036854775808", "u64 18446744073709551615", "f64 -0", "f64 1.5",
        "bstr abc", "json {\"a\":[1]}", "cbor \x61\x61", "string "}) {
    call("kv-set", value);
    EXPECT_EQ(get(), value);
  }
}

TEST_F(KvStoreTest, SetNoneDeletes) {
  start_keys();
  call("kv-set", "s64 1");
  call("kv-set", "none");
  EXPECT_EQ(get(), "none");
  EXPECT_EQ(call("kv-get-default", "s64 7"), "s64 7");
  EXPECT_EQ(get(), "none") << "a default is not stored";
}

TEST_F(KvStoreTest, GetSetReturnsTheOldValue) {
  start_keys();
  EXPECT_EQ(call("kv-get-set", "s64 1"), "none");
  EXPECT_EQ(call("kv-get-set", "string two"), "s64 1");
  EXPECT_EQ(call("kv-get-set", "none"), "string two");
  EXPECT_EQ(get(), "none");
}

TEST_F(KvStoreTest, CasComparesTypeAndBitsAndReturnsWhatWasThere) {
  start_keys();
  EXPECT_EQ(call("kv-cas", "none\ns64 1"), "none");
  EXPECT_EQ(call("kv-cas", "none\ns64 2"), "s64 1") << "it is not absent";
  EXPECT_EQ(call("kv-cas", "u64 1\ns64 2"), "s64 1") << "of another type";
  EXPECT_EQ(get(), "s64 1");
  EXPECT_EQ(call("kv-cas", "s64 1\nf64 0"), "s64 1");
  EXPECT_EQ(call("kv-cas", "f64 -0\ns64 2"), "f64 0") << "of other bits";
  EXPECT_EQ(call("kv-cas", "f64 0\nf64 nan"), "f64 0");
  EXPECT_EQ(call("kv-cas", "f64 nan\nnone"), "f64 nan") << "the same bits";
  EXPECT_EQ(get(), "none");
}

TEST_F(KvStoreTest, AddKeepsTheTypeAndStopsAtItsLimits) {
  start_keys();
  EXPECT_EQ(call("kv-add", "s64 5"), "none");
  EXPECT_EQ(get(), "s64 5") << "where there is none, the operand is stored";
  EXPECT_EQ(sum("s64 1", "s64 -3"), "s64 -2");
  EXPECT_EQ(sum("s64 9223372036854775807", "u64 18446744073709551615"), "s64 9223372036854775807");
  EXPECT_EQ(sum("s64 -9223372036854775808", "s64 -1"), "s64 -9223372036854775808");
  EXPECT_EQ(sum("u64 1", "s64 -2"), "u64 0");
  EXPECT_EQ(sum("u64 18446744073709551615", "u64 1"), "u64 18446744073709551615");
}

TEST_F(KvStoreTest, AddRoundsAndIgnoresNaN) {
  start_keys();
  EXPECT_EQ(sum("s64 1", "f64 1.6"), "s64 3");
  EXPECT_EQ(sum("s64 1", "f64 -1.6"), "s64 -1");
  EXPECT_EQ(sum("s64 1", "f64 1e300"), "s64 9223372036854775807");
  EXPECT_EQ(sum("u64 1", "f64 nan"), "u64 1");
  EXPECT_EQ(sum("f64 1.5", "s64 1"), "f64 2.5");
  EXPECT_EQ(sum("f64 1.5", "f64 nan"), "f64 1.5");
}

TEST_F(KvStoreTest, AddAppendsToTextAndBytes) {
  start_keys();
  EXPECT_EQ(sum("string ab", "string cd"), "string abcd");
  EXPECT_EQ(sum("string ab", "s64 -7"), "string ab-7");
  EXPECT_EQ(sum("string ab", "f64 0.1"), "string ab0.1");
  EXPECT_EQ(sum("bstr ab", "bstr cd"), "bstr abcd");
}

TEST_F(KvStoreTest, AddOfWhatDoesNotFitChangesNothing) {
  start_keys();
  EXPECT_EQ(sum("s64 1", "string 1"), "s64 1");
  EXPECT_EQ(sum("string a", "bstr b"), "string a");
  EXPECT_EQ(sum("json [1]", "json [2]"), "json [1]");
  EXPECT_EQ(sum("cbor \x01", "cbor \x02"), "cbor \x01");
  EXPECT_EQ(sum("s64 1", "none"), "s64 1");
}

TEST_F(KvStoreTest, AddCutsTextBetweenCharacters) {
  constexpr std::size_t kMost = 1 << 20;
  start_keys();
  const auto almost = concat("string ", std::string(kMost - 3, 'x'));
  EXPECT_EQ(sum(almost, "string \xc3\xa9\xc3\xa9"), concat(almost, "\xc3\xa9"));
}

TEST_F(KvStoreTest, SubscribersAreToldInTheOrderOfWrites) {
  constexpr int kWrites = 50;
  start_keys();
  call("kv-set", "s64 0");
  EXPECT_EQ(call("kv-subscribe"), "s64 0");
  for (int i = 1; i <= kWrites; ++i) call("kv-set", concat("s64 ", i));
  call("kv-set", concat("s64 ", kWrites));
  call("kv-set", "none");
  call("kv-set", "string last");
  log.wait_for("kv-update key string last");
  std::vector<std::string> told;
  for (const auto& line : log.lines()) {
    if (line.message.starts_with("kv-update")) told.push_back(line.message);
  }
  std::vector<std::string> expected;
  for (int i = 1; i <= kWrites; ++i) expected.push_back(concat("kv-update key s64 ", i));
  expected.emplace_back("kv-update key string last");
  EXPECT_EQ(told, expected) << "once for each write that changes it, never for a deletion";
  EXPECT_EQ(call("kv-unsubscribe"), "string last");
}

// A module that has not subscribed, or no more, hears nothing of what the others are told.
TEST_F(KvStoreTest, EachModuleIsToldFromSubscribingToUnsubscribing) {
  create();
  start(kv_store::make(engine->events(), home.path()));
  auto app = app_of("app", {"kv_script"});
  app.modules.front().id = "one";
  app.modules.push_back(app.modules.front());
  app.modules.back().id = "two";
  start_app(std::move(app));
  const auto call_at = [&](std::string module, std::string_view function,
                           std::string_view values = "") {
    const auto heard = within_patience(
        testing::post(engine->events(), request(function, values, "key"),
                      {.app = "local:app", .modules = {std::move(module)}}, {"test", "", true}));
    return text(heard.replies.at(0));
  };
  EXPECT_EQ(call_at("two", "kv-subscribe"), "none");
  call_at("one", "kv-set", "s64 1");
  EXPECT_EQ(call_at("one", "kv-subscribe"), "s64 1");
  call_at("two", "kv-set", "s64 2");
  EXPECT_EQ(call_at("two", "kv-unsubscribe"), "s64 2");
  call_at("two", "kv-set", "s64 3");
  call_at("one", "kv-set", "s64 4");
  EXPECT_EQ(call_at("one", "kv-unsubscribe"), "s64 4");
  call_at("one", "kv-set", "s64 5");
  call_at("two", "kv-subscribe");
  call_at("one", "kv-set", "s64 6");
  log.wait_for("kv-update key s64 6");  // Told in the order of writes, so all before it are there.
  std::map<std::string, std::string> told;
  for (const auto& line : log.lines()) {
    if (line.message.starts_with("kv-update")) told[line.module] += line.message.back();
  }
  EXPECT_EQ(told, (std::map<std::string, std::string>{{"one", "234"}, {"two", "126"}}));
}

TEST_F(KvStoreTest, AWriteWhoseEventIsRefusedTrapsAndNamesTheFullQueue) {
  config.queue_limits.events_per_app = 10;
  create();
  start(kv_store::make(engine->events(), home.path()));
  auto app = app_of("app", {"kv_script"});
  app.limits.calls = 1;  // So that nothing is delivered while the call writes.
  start_app(std::move(app));
  call("kv-subscribe");
  EXPECT_THAT(call("many", "100"),
              HasSubstr("nothing is written: kv-update of 'key': the event queue of the app is"));
  log.wait_for("kv-update key s64 10");
  EXPECT_EQ(get(), "s64 10") << "each event that was told is a write";
}

TEST_F(KvStoreTest, MalformedJsonAndCborTrap) {
  start_keys();
  EXPECT_THAT(call("kv-set", "json {"), HasSubstr("kv-set: malformed JSON"));
  EXPECT_THAT(call("kv-cas", "none\njson ]"), HasSubstr("kv-cas: malformed JSON"));
  EXPECT_THAT(call("kv-add", "cbor \xff"), HasSubstr("kv-add: malformed CBOR"));
  EXPECT_EQ(get(), "none");
}

TEST_F(KvStoreTest, MemoryIsBounded) {
  start_keys(R"({"kv": {"memory_bytes": 1000}})");
  EXPECT_EQ(call("kv-set", concat("string ", std::string(500, 'x'))), "");
  EXPECT_THAT(call("kv-set", concat("string ", std::string(500, 'x')), "more"),
              HasSubstr("more than 1000 bytes"));
  EXPECT_THAT(call("kv-get", "", std::string(1'025, 'k')), HasSubstr("more than 1024 bytes"));
  EXPECT_EQ(get("more"), "none");
}

TEST_F(KvStoreTest, TwoAppsSeeOnlyTheirOwn) {
  for (const auto* manifest : {R"({"kv": {"persistent": true}})", "{}"}) {
    start_keys(manifest, "one");
    start_keys(manifest, "two");
    call("kv-set", "s64 1", "key", "one");
    EXPECT_EQ(call("kv-get", "", "key", "two"), "none");
    call("kv-set", "s64 2", "key", "two");
    EXPECT_EQ(call("kv-get", "", "key", "one"), "s64 1");
    expect(engine->stop_app("local:one"));
    expect(engine->stop_app("local:two"));
  }
}

TEST_F(KvStoreTest, PersistentKeysAreThereAgain) {
  const std::string persistent = R"({"kv": {"persistent": true}})";
  start_keys(persistent);
  call("kv-set", "s64 1");
  call("kv-add", "s64 1");
  call("kv-set", "f64 nan", "nan");
  expect(engine->stop_app("local:app"));
  start_keys(persistent);
  EXPECT_EQ(get(), "s64 2");
  EXPECT_EQ(get("nan"), "f64 nan");
  expect(engine->stop_app("local:app"));
  start_keys();
  EXPECT_EQ(get(), "none") << "the default is in memory";
}

TEST_F(KvStoreTest, NobodyIsToldOfAWriteThatTheDiskRefuses) {
  start_keys(R"({"kv": {"persistent": true}})");
  call("kv-set", "s64 1");
  call("kv-subscribe");
  {
    const auto other =
        expect(sql::open(home.path() / "data/local:app/keys.db", SQLITE_OPEN_READWRITE));
    expect(sql::run(*other, "BEGIN IMMEDIATE"));
    EXPECT_THAT(call("kv-set", "s64 2"), HasSubstr("nothing is written: 'key'"));
  }
  EXPECT_EQ(get(), "s64 1");
  call("kv-set", "s64 3");
  log.wait_for("kv-update key s64 3");
  EXPECT_EQ(std::ranges::count(log.lines(), "kv-update key s64 2", &AwaitedLog::Line::message), 0)
      << "events of one key are told in order";
}

// Eight modules, and several calls of each.
TEST_F(KvStoreTest, ParallelModulesOnOneKeyLoseNoUpdate) {
  constexpr int kModules = 8;
  constexpr int kEvents = 4;
  constexpr int kAdditions = 250;
  for (const auto* manifest : {"{}", R"({"kv": {"persistent": true}})"}) {
    start_keys(manifest);
    auto many = app_of("many", {"kv_script"});
    for (int i = 1; i < kModules; ++i) {
      many.modules.push_back(many.modules.front());
      many.modules.back().id = concat("module", i);
    }
    many.manifest = expect(json::Document::parse(manifest, "app.json"));
    start_app(std::move(many));
    std::vector<std::future<Heard<Reply>>> heard(kEvents);
    for (auto& event : heard) event = post("many", request("many", concat(kAdditions), "sum"));
    for (auto& event : heard) EXPECT_EQ(within_patience(event).replies.size(), kModules);
    const auto heard_sum = within_patience(post("many", request("kv-get", "", "sum")));
    EXPECT_EQ(text(heard_sum.replies.at(0)), concat("s64 ", kModules * kEvents * kAdditions));
    expect(engine->stop_app("local:many"));
    expect(engine->stop_app("local:app"));
  }
}

}  // namespace
}  // namespace hermes::testing
