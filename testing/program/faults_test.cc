// Apps that fail, at the start and later, beside one that does not.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/program/app_folder.h"
#include "testing/program/hermes_program.h"
#include "testing/program/status.h"

namespace hermes::testing {
namespace {

using ::testing::HasSubstr;

Ended run_alone(const AppFolder& app) {
  return hermes_run({app.path()});
}

TEST(Faults, AFailingAppDoesNotStopTheOthers) {
  const auto refusing = app_of_guest("init_false");
  const auto trapping = app_of_guest("init_trap");
  const auto looping = app_of_guest("init_loop", R"(, "limits": {"cpu_ms": 50})");
  HermesProgram hermes(
      {"run", refusing.path(), trapping.path(), looping.path(), example_app("hello")});
  hermes.wait_for_app("hello");
  EXPECT_EQ(hermes.curl("hello", "/api/hello").status, 200);
  EXPECT_EQ(hermes.curl("init-false", "/").status, 421);
  EXPECT_THAT(hermes.process().line_with("'init-false'"), HasSubstr("false"));
  EXPECT_THAT(hermes.process().line_with("'init-trap'"), HasSubstr("unreachable"));
  EXPECT_THAT(hermes.process().line_with("'init-loop'"), HasSubstr("out of time"));
}

TEST(Faults, EveryReasonIsGivenAtOnce) {
  const auto shapes = run_alone(app_of_guest("shapes"));
  EXPECT_EQ(shapes.code, 1);
  EXPECT_THAT(shapes.output, HasSubstr("it imports hermes:cardano/api"));
  EXPECT_THAT(shapes.output, HasSubstr("which no extension of this engine provides"));

  const auto handler = run_alone(app_of_guest("wrong_handler"));
  EXPECT_EQ(handler.code, 1);
  EXPECT_THAT(handler.output, HasSubstr("it exports hermes:cron/event#on-cron with another"));
}

// Whoever loads it mends all of it at once.
TEST(Faults, EveryReasonOfEveryModuleIsGivenAtOnce) {
  const AppFolder app(R"({"name": "many", "version": "1.0.0", "permissions": ["cron"], "modules": [
      {"component": "shapes.wasm"}, {"component": "wrong_handler.wasm"},
      {"component": "lacking_wasi.wasm"}, {"component": "cron_script.wasm"}]})",
                      {"shapes", "wrong_handler", "lacking_wasi", "cron_script"});
  app.write("hermes.toml", "[apps.\"local:many\"]\npermissions = []\n");
  const auto ended = hermes_run({app.path(), "--config", app.path() + "/hermes.toml"});
  EXPECT_EQ(ended.code, 1);
  for (const auto* reason :
       {"app 'many': module 'shapes': it imports hermes:cardano/api",
        "app 'many': module 'wrong_handler': it exports hermes:cron/event#on-cron with another",
        "app 'many': module 'lacking_wasi': it imports wasi:http/types@0.2.0, but not as",
        "module 'shapes' imports hermes:cron/api#", "module 'cron_script' imports hermes:cron/api#",
        "which need the permission 'cron': the app asks for it and was not granted it"}) {
    EXPECT_THAT(ended.output, HasSubstr(reason));
  }
}

TEST(Faults, AWrongManifestIsToldByItsPlace) {
  const AppFolder app("{\"name\": \"a\",\n \"version\": 1, \"modules\": []}");
  const auto ended = run_alone(app);
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.output,
              HasSubstr("app.json:2:13: /version: expected a string, found a number"));
}

TEST(Faults, WhatIsNoComponentIsTold) {
  const AppFolder app(R"({"name": "a", "version": "1.0.0", "modules": [{"component": "a.wasm"}]})");
  app.write("a.wasm", "no component");
  const auto text = run_alone(app);
  EXPECT_EQ(text.code, 1);
  EXPECT_THAT(text.output, HasSubstr("app 'a': module 'a': it is not a WebAssembly component"));

  app.write("a.wasm", std::string_view("\0asm\1\0\0\0", 8));
  EXPECT_THAT(run_alone(app).output, HasSubstr("it is a core module, not a component"));
}

TEST(Faults, AuthNeedsAModuleThatJudges) {
  const auto app = app_of_guest("echo", R"(, "http": {"endpoints": [
    {"id": "a", "module": "echo", "methods": ["GET"], "path": "/a", "auth": "required"}]})");
  const auto ended = run_alone(app);
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.output, HasSubstr("/http/endpoints/0/auth"));
}

TEST(Faults, TwoAppsOfOneNameAreNotRun) {
  HermesProgram hermes({"run", example_app("hello"), example_app("hello")});
  EXPECT_THAT(hermes.process().line_with("already running"), HasSubstr("hello"));
  hermes.wait_for_app("hello");
  EXPECT_EQ(hermes.curl("hello", "/api/hello").status, 200);
}

TEST(Faults, GuestsThatLoopTrapGrowRecurseOrLeakFailAlone) {
  const auto loop = app_of_guest("loop", R"(, "limits": {"cpu_ms": 100})");
  const auto trap = app_of_guest("trap");
  const auto grow = app_of_guest("malloc_abort", R"(, "limits": {"memory_mib": 16})");
  const auto recurse = app_of_guest("recurse");
  const auto leak = app_of_guest("leak");
  leak.write("hermes.toml", "[limits]\nresources = 100\n");
  HermesProgram hermes({"run", loop.path(), trap.path(), grow.path(), recurse.path(), leak.path(),
                        example_app("hello"), "--config", leak.path() + "/hermes.toml"});
  hermes.wait_for_app("hello");
  EXPECT_EQ(hermes.curl("loop", "/api/").status, 504);
  EXPECT_EQ(hermes.curl("trap", "/api/").status, 502);
  EXPECT_EQ(hermes.curl("malloc-abort", "/api/").status, 502);
  EXPECT_EQ(hermes.curl("recurse", "/api/").status, 502);
  EXPECT_EQ(hermes.curl("leak", "/api/").status, 502);
  EXPECT_EQ(hermes.curl("hello", "/api/hello").status, 200);
  EXPECT_THAT(hermes.process().line_with("out of time"), HasSubstr("app=local:loop"));
  EXPECT_THAT(hermes.process().line_with("app=local:trap module="), HasSubstr("unreachable"));
  EXPECT_THAT(hermes.process().line_with("out of memory"), HasSubstr("app=local:malloc-abort"));
  EXPECT_THAT(hermes.process().line_with("call stack exhausted"), HasSubstr("app=local:recurse"));
  EXPECT_THAT(hermes.process().line_with("at its limit of 100 resources"),
              HasSubstr("app=local:leak"));
  const Status status(hermes);
  EXPECT_EQ(status.of("loop", "out_of_time"), 1);
  EXPECT_EQ(status.of("malloc-abort", "out_of_memory"), 1);
  for (const auto* app : {"trap", "recurse", "leak"})
    EXPECT_EQ(status.of(app, "trapped"), 1) << app;
}

TEST(Faults, APortInUseIsTold) {
  HermesProgram first({"run", example_app("hello")});
  const auto port = std::to_string(first.port());
  const TemporaryDirectory home;
  const auto second =
      hermes_command({"run", example_app("hello"), "--port", port, "--home", home.path().string()});
  EXPECT_EQ(second.code, 1);
  EXPECT_THAT(second.output,
              HasSubstr("cannot listen on 127.0.0.1:" + port + ": address already in use"));
}

}  // namespace
}  // namespace hermes::testing
