// That ten thousand calls leave nothing behind: no descriptor, no thread, no memory.

#include <gtest/gtest.h>

#include <cstddef>
#include <future>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "extensions/cron/cron.h"
#include "extensions/kv_store/kv_store.h"
#include "testing/engine/engine_fixture.h"
#include "testing/engine/temporary_directory.h"
#include "testing/engine/usage.h"
#include "wit/hermes/http_gateway.h"

namespace hermes::testing {
namespace {

using Reply = wit::http_gateway::ReplyEvent;

class LeftoversTest : public EngineFixture {
 protected:
  struct Request {
    std::string_view path;
    std::string_view body;
  };

  void start_extensions() {
    create();
    start(cron::make(clock, engine->events()), kv_store::make(engine->events(), home.path()));
  }

  void start_guest(std::string_view guest, const std::string& manifest = "{}") {
    auto app = app_of("app", {guest});
    app.manifest = expect(json::Document::parse(manifest, "app.json"));
    start_app(std::move(app));
  }

  void expect_nothing_left_of(const std::vector<Request>& requests) {
    ask_in_turn(requests, kManyCalls / 10);
    const auto before = Usage::now();
    ask_in_turn(requests, kManyCalls);
    expect_nothing_left(before);
  }

  TemporaryDirectory home;

 private:
  // Fifty at a time. Some fail.
  void ask_in_turn(const std::vector<Request>& requests, int calls) {
    constexpr std::size_t kAtOnce = 50;
    for (int i = 0; i < calls; i += static_cast<int>(kAtOnce)) {
      std::vector<std::future<Heard<Reply>>> heard(kAtOnce);
      for (std::size_t j = 0; j < kAtOnce; ++j) {
        const auto& [path, body] = requests[j % requests.size()];
        heard[j] = post("app", Reply{{body.begin(), body.end()},
                                     {},
                                     path.ends_with('/') ? concat(path, j) : std::string(path),
                                     "POST"});
      }
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

}  // namespace
}  // namespace hermes::testing
