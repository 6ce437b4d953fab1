// What keeps an app from starting, and that it keeps no other app from it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "extensions/init/init.h"
#include "testing/engine/engine_fixture.h"
#include "testing/engine/hosts/all.h"
#include "wasm/compiler.h"
#include "wit/hermes/integration_test.h"

namespace hermes::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using RunTest = wit::integration_test::Test;

class LoadTest : public EngineFixture {
 protected:
  void SetUp() override {
    create();
    start(init::make(engine->events(), *engine));
  }

  std::string error_of(runtime::App app) {
    const auto started = engine->start_app(std::move(app));
    return started ? "it starts" : started.error().message();
  }
  std::string error_of(std::string_view guest) { return error_of(app_of("x", {guest})); }
  std::string error_of_bytes(std::string bytes) {
    return error_of({.id = "local:x", .name = "x", .modules = {{"bytes", std::move(bytes), "{}"}}});
  }

  void expect_others_to_run() {
    start_app(app_of("pages", {"pages"}));
    EXPECT_TRUE((*ask("pages", RunTest{0, true}))->status);
  }
};

TEST_F(LoadTest, NobodyProvidesAnImport) {
  EXPECT_EQ(error_of("wants_sqlite"),
            "app 'x': module 'wants_sqlite': it imports hermes:sqlite/api (open), which no "
            "extension of this engine provides");
  expect_others_to_run();
}

TEST_F(LoadTest, WasiLacksAFunction) {
  EXPECT_THAT(error_of("lacking_wasi"),
              AllOf(StartsWith("app 'x': module 'lacking_wasi': it imports wasi:http/types@0.2.0, "
                               "but not as the engine has it: "),
                    HasSubstr("`[method]response-outparam.set-early`"),
                    Not(HasSubstr("resource type mismatch"))));
  expect_others_to_run();
}

TEST_F(LoadTest, AHandlerHasAnotherSignature) {
  EXPECT_THAT(error_of("wrong_handler"),
              StartsWith("app 'x': module 'wrong_handler': it exports hermes:cron/event#on-cron "
                         "with another signature than the engine calls: "));
  expect_others_to_run();
}

TEST_F(LoadTest, EveryReasonIsGivenAtOnce) {
  auto app = app_of("x", {"shapes", "wrong_handler"});
  app.modules.push_back({"bytes", "nothing", "{}"});
  const auto error = error_of(std::move(app));
  for (const std::string_view package : {"cardano", "cron", "crypto", "hash", "http-request",
                                         "kv-store", "localtime", "logging", "sqlite"}) {
    EXPECT_THAT(error, HasSubstr(concat("it imports hermes:", package, "/api")));
  }
  EXPECT_THAT(
      error, AllOf(HasSubstr("module 'wrong_handler': it exports"), HasSubstr("module 'bytes': ")));
  const auto reasons = split(error, '\n');
  EXPECT_EQ(reasons.size(), 11U);
  EXPECT_THAT(reasons, Each(StartsWith("app 'x': module '")));
}

TEST_F(LoadTest, AMemoryBeginsWithMoreThanACallMayUse) {
  auto app = app_of("x", {"pages"});
  app.limits.memory = std::size_t{1} << 20;
  EXPECT_THAT(error_of(std::move(app)),
              AllOf(StartsWith("app 'x': module 'pages': its memory begins with "),
                    EndsWith(" MiB, and a call may use 1 MiB: limits.memory_mib of the app or of "
                             "the engine is too low")));
  expect_others_to_run();
}

TEST_F(LoadTest, BytesThatAreNoComponent) {
  EXPECT_THAT(error_of_bytes("certainly not"), StartsWith("app 'x': module 'bytes': "));
  EXPECT_THAT(error_of_bytes(""), StartsWith("app 'x': module 'bytes': "));
  EXPECT_THAT(error_of_bytes(guest("order").substr(0, 5000)),
              StartsWith("app 'x': module 'bytes': "));
  expect_others_to_run();
}

TEST_F(LoadTest, ACoreModuleIsNoComponent) {
  EXPECT_THAT(error_of_bytes(std::string("\0asm\1\0\0\0", 8)),
              AllOf(StartsWith("app 'x': module 'bytes': "), HasSubstr("component")));
}

TEST_F(LoadTest, AComponentIsTooLarge) {
  EXPECT_EQ(error_of_bytes(std::string(wasm::CompileLimits().component + 1, '\0')),
            "app 'x': module 'bytes': the component has 67108865 bytes, and may have 67108864");
}

TEST_F(LoadTest, AnAppOfThatNameIsThereAlready) {
  start_app(app_of("pages", {"pages"}));
  EXPECT_EQ(error_of(app_of("pages", {"sleep"})), "an app named 'pages' is already running");
  EXPECT_TRUE((*ask("pages", RunTest{0, true}))->status);
}

TEST_F(LoadTest, InitAnswersFalse) {
  EXPECT_EQ(error_of("init_false"), "app 'x': init of module 'init_false': it answered false");
  expect_others_to_run();
}

TEST_F(LoadTest, InitTraps) {
  EXPECT_THAT(error_of("init_trap"),
              AllOf(StartsWith("app 'x': "), HasSubstr("init of module 'init_trap': wasm trap: ")));
  expect_others_to_run();
}

TEST_F(LoadTest, InitRunsOutOfTime) {
  auto app = app_of("x", {"init_loop"});
  app.limits.cpu = 50ms;
  EXPECT_THAT(error_of(std::move(app)),
              HasSubstr("init of module 'init_loop': out of time: the call used its 50 ms of CPU"));
  expect_others_to_run();
}

TEST_F(LoadTest, InitOfALaterModuleFails) {
  EXPECT_THAT(error_of(app_of("x", {"pages", "init_false", "init_trap"})),
              HasSubstr("init of module 'init_false': it answered false"));
}

TEST_F(LoadTest, AnAppThatFailedCanStartInAnotherForm) {
  EXPECT_THAT(error_of("init_false"), HasSubstr("answered false"));
  start_app(app_of("x", {"pages"}));
  EXPECT_TRUE((*ask("x", RunTest{0, true}))->status);
}

TEST_F(LoadTest, DoneNeedsAPermission) {
  EXPECT_THAT(error_of("init_done"),
              HasSubstr("hermes:init/api#done: done: app 'local:x' lacks the permission"));
}

TEST_F(LoadTest, DoneEndsTheEngineWithItsCode) {
  auto app = app_of("x", {"init_done"});
  app.permissions = {"shutdown"};
  start_app(std::move(app));
  EXPECT_EQ(engine->wait(), 7);
}

}  // namespace
}  // namespace hermes::testing
