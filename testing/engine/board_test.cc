// The example app `board`, whose cron tidies up. Time moves by hand.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <variant>

#include "extensions/cron/cron.h"
#include "extensions/init/init.h"
#include "extensions/kv_store/kv_store.h"
#include "extensions/logging/logging.h"
#include "testing/engine/engine_fixture.h"
#include "testing/engine/imports_of.h"
#include "testing/extension_fixture.h"
#include "testing/manual_time.h"
#include "wit/hermes/http_gateway.h"
#include "wit/hermes/kv_store.h"

namespace hermes::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using Reply = wit::http_gateway::ReplyEvent;

class BoardTest : public EngineFixture {
 protected:
  void SetUp() override {
    create();
    auto keys = kv_store::make(engine->events());
    keys_ = &imports_of<wit::kv_store::Api>(*keys);
    start(cron::make(time, engine->events()), std::move(keys),
          init::make(engine->events(), *engine), logging::make(log));
    std::ifstream file(HERMES_APPS "/board/board.wasm", std::ios::binary);
    runtime::App board{.id = "local:board", .permissions = {"cron"}};
    board.modules = {{"board", {std::istreambuf_iterator<char>(file), {}}, "{}"}};
    start_app(std::move(board));
  }

  std::string call(std::string_view method, std::string_view body = {}) {
    const auto reply = ask("board", Reply{{body.begin(), body.end()},
                                          {{"content-type", {"application/json"}}},
                                          "/api/messages",
                                          std::string(method)});
    if (!reply) return reply.error().message();
    const auto& http = std::get<wit::http_gateway::http_gateway_response::Http>(**reply);
    return {http.value.body.begin(), http.value.body.end()};
  }

  void write(std::string_view key, std::string_view json) {
    auto call = call_of({.id = "local:board"});
    expect(keys_->kv_set(call, key, wit::kv_store::kv_values::KvJson{std::string(json)}));
  }

  ManualTime time{std::chrono::sys_days(std::chrono::year(2026) / 1 / 1) + 10s};

 private:
  wit::kv_store::Api* keys_ = nullptr;
};

TEST_F(BoardTest, TidiesUpEveryTenMinutes) {
  call("POST", R"({"name": "Ada", "text": "of today"})");
  call("POST", R"({"name": "Bob", "text": "of today, too"})");
  write("message/0", R"({"id": 0, "time": 1, "name": "Ada", "text": "of old"})");
  EXPECT_THAT(call("GET"), AllOf(HasSubstr("of old"), HasSubstr("of today, too")));
  time.advance(9min);
  EXPECT_THAT(call("GET"), HasSubstr("of old"));
  time.advance(1min);
  log.wait_for("tidied up 1 old messages");
  EXPECT_THAT(call("GET"), AllOf(Not(HasSubstr("of old")), HasSubstr("of today, too")));
}

}  // namespace
}  // namespace hermes::testing
