// That ten thousand calls leave nothing behind: no descriptor, no thread, no memory.

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <future>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "extensions/cron/cron.h"
#include "extensions/kv_store/kv_store.h"
#include "extensions/wasi/wasi.h"
#include "net/outbound.h"
#include "testing/engine/engine_fixture.h"
#include "testing/engine/temporary_directory.h"
#include "testing/engine/usage.h"
#include "wit/hermes/http_gateway.h"
#include "wit/hermes/integration_test.h"

namespace hermes::testing {
namespace {

using Reply = wit::http_gateway::ReplyEvent;
using wit::http_gateway::ValidateAuth;

class LeftoversTest : public EngineFixture {
 protected:
  struct Request {
    std::string_view path;
    std::string_view body;
  };

  void start_extensions() {
    create();
    const auto outbound = expect(net::Outbound::open({}, engine->reactors()));
    start(cron::make(clock, engine->events()), kv_store::make(engine->events(), home.path()),
          wasi::make(outbound, log, home.path()));
  }

  void start_guest(std::string_view guest, const std::string& manifest = "{}") {
    auto app = app_of("app", {guest});
    app.manifest = expect(json::Document::parse(manifest, "app.json"));
    start_app(std::move(app));
  }

  /// Of events that `event` makes, each of its number.
  template <typename Make>
  void expect_nothing_left_of(Make event) {
    post_many(event, kManyCalls / 10);
    const auto before = Usage::now();
    post_many(event, kManyCalls);
    expect_nothing_left(before);
  }

  void expect_nothing_left_of(const std::vector<Request>& requests) {
    expect_nothing_left_of([&](std::size_t i) {
      const auto& [path, body] = requests[i % requests.size()];
      return Reply{{body.begin(), body.end()},
                   {},
                   path.ends_with('/') ? concat(path, i) : std::string(path),
                   "POST"};
    });
  }

  TemporaryDirectory home;

 private:
  // Fifty at a time. Some fail.
  template <typename Make>
  void post_many(Make event, int calls) {
    constexpr std::size_t kAtOnce = 50;
    using Arguments = decltype(event(std::size_t{0}));
    for (int i = 0; i < calls; i += static_cast<int>(kAtOnce)) {
      std::vector<std::future<Heard<Arguments>>> heard(kAtOnce);
      for (std::size_t j = 0; j < kAtOnce; ++j) heard[j] = post("app", event(j));
      for (auto& one : heard) within_patience(one);
    }
  }
};

TEST_F(LeftoversTest, OfKeys) {
  const std::string text = concat("string ", std::string(1'000, 'x'));
  start_extensions();
  for (const auto* manifest : {"{}", R"({"kv": {"persistent": true}})"}) {
    start_guest("kv_script", manifest);
    expect_nothing_left_of({{"/api/kv-set/", text},
                            {"/api/kv-get/", ""},
                            {"/api/kv-add/sum", "u64 1"},
                            {"/api/kv-add/", "string y"},
                            {"/api/kv-subscribe/sum", ""},
                            {"/api/kv-cas/sum", "none\nu64 1"},
                            {"/api/kv-get-set/", "none"},
                            {"/api/kv-unsubscribe/sum", ""},
                            {"/api/kv-set/bad", "json {"}});
    expect(engine->stop_app("local:app"));
  }
}

TEST_F(LeftoversTest, OfCron) {
  start_extensions();
  start_guest("cron_script");
  expect_nothing_left_of({{"/api/add", "0 0 1 1 *\none\nagain"},
                          {"/api/delay", "1\nsoon"},
                          {"/api/delay", "1000000\nlater"},
                          {"/api/ls", ""},
                          {"/api/add", "nonsense\none"},
                          {"/api/rm", "0 0 1 1 *\none"}});
}

TEST_F(LeftoversTest, OfReplies) {
  start_extensions();
  start_guest("echo");
  const std::string body(10'000, 'x');
  expect_nothing_left_of([&](std::size_t i) {
    wit::http_gateway::Headers headers = {{"name", {"one", "two"}}, {"number", {concat(i)}}};
    return Reply{{body.begin(), body.end()}, std::move(headers), "/api/echo?x=y", "POST"};
  });
}

TEST_F(LeftoversTest, OfJudgingClients) {
  start_extensions();
  start_guest("guard");
  expect_nothing_left_of([](std::size_t i) {
    constexpr std::string_view kClients[] = {"ada", "nobody", "no", "trap"};
    return ValidateAuth{{.headers = {{"authorization", {std::string(kClients[i % 4])}}},
                         .auth_level = wit::http_gateway::auth_level::Required{}}};
  });
}

TEST_F(LeftoversTest, OfTheWorldOfWasi) {
  start_extensions();
  start_guest("world", R"({"wasi": {"arguments": ["one"], "environment": {"NAME": "value"}}})");
  expect_nothing_left_of({{"/env/NAME", ""},
                          {"/args", ""},
                          {"/random/10000", ""},
                          {"/clocks/0", ""},
                          {"/clocks/1", ""}});
}

TEST_F(LeftoversTest, OfTestsAndBenchmarks) {
  start_extensions();
  start_guest("sleep");
  expect_nothing_left_of([](std::size_t i) {
    return wit::integration_test::Test{static_cast<std::uint32_t>(i % 2), i % 3 == 0};
  });
  expect_nothing_left_of([](std::size_t i) {
    return wit::integration_test::Bench{static_cast<std::uint32_t>(i % 2), i % 3 == 0};
  });
}

}  // namespace
}  // namespace hermes::testing
