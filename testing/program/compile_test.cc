// Compiling in a process apart: nothing that a component does there reaches the engine.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <future>
#include <string>
#include <utility>

#include "testing/engine/engine_fixture.h"
#include "testing/engine/made_component.h"
#include "testing/engine/temporary_directory.h"
#include "testing/program/app_folder.h"
#include "testing/program/children.h"
#include "testing/program/hermes_program.h"
#include "wit/hermes/integration_test.h"

namespace hermes::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using RunTest = wit::integration_test::Test;

constexpr std::size_t kSeconds = 3'000'000;  // So many additions take the compiler long.

runtime::App app_of_bytes(std::string bytes) {
  return {.id = "local:x", .name = "x", .modules = {{"bytes", std::move(bytes), "{}"}}};
}

// An engine whose components are compiled by the program.
class CompileTest : public EngineFixture {
 protected:
  CompileTest() {
    config.home = home_.path();
    config.compiler.program = HERMES_BINARY;
  }

  std::string error_of(std::string bytes) {
    const auto started = engine->start_app(app_of_bytes(std::move(bytes)));
    return started ? "it starts" : started.error().message();
  }

  void expect_others_to_run() {
    start_app(app_of("pages", {"pages"}));
    EXPECT_TRUE((*ask("pages", RunTest{0, true}))->status);
    expect(engine->stop_app("local:pages"));
  }

  const TemporaryDirectory home_;
};

TEST_F(CompileTest, WhatItMakesRuns) {
  start();
  expect_others_to_run();
  EXPECT_TRUE(children_of(::getpid()).empty());
}

TEST_F(CompileTest, SaysWhatIsWrongWithAComponent) {
  start();
  EXPECT_THAT(error_of(guest("order").substr(0, 5000)),
              HasSubstr("app 'x': module 'bytes': failed to parse WebAssembly module"));
  expect_others_to_run();
}

TEST_F(CompileTest, TakesTooLong) {
  config.compiler.limits.time = 100ms;
  start();
  EXPECT_EQ(error_of(component_of_additions(kSeconds)),
            "app 'x': module 'bytes': compiling it takes more than 100 ms of CPU time, or 10 times "
            "as long by the clock");
  EXPECT_TRUE(children_of(::getpid()).empty());
}

TEST_F(CompileTest, TakesTooMuchMemory) {
  config.compiler.limits.memory = std::size_t{64} << 20;
  start();
  EXPECT_EQ(error_of(component_of_additions(kSeconds)),
            "app 'x': module 'bytes': compiling it takes more than 64 MiB of memory");
  expect_others_to_run();
}

TEST_F(CompileTest, IsKilled) {
  start();
  auto error =
      std::async(std::launch::async, [&] { return error_of(component_of_additions(kSeconds)); });
  ::kill(child_of(::getpid()), SIGKILL);
  EXPECT_EQ(within_patience(error),
            "app 'x': module 'bytes': the compiler was ended by signal 9 (Killed)");
  expect_others_to_run();
}

TEST_F(CompileTest, CannotBeStarted) {
  config.compiler.program = "/nothing/there";
  start();
  EXPECT_THAT(error_of(guest("pages")),
              EndsWith("starting the compiler: No such file or directory"));
}

TEST_F(CompileTest, CallsGoOnMeanwhile) {
  start();
  start_app(app_of("pages", {"pages"}));
  auto error =
      std::async(std::launch::async, [&] { return error_of(component_of_additions(kSeconds)); });
  const auto compiler = child_of(::getpid());
  for (int i = 0; i < 10; ++i) EXPECT_TRUE((*ask("pages", RunTest{0, true}))->status);
  EXPECT_EQ(children_of(::getpid()), std::vector{compiler}) << "it was done too early to tell";
  while (::getpriority(PRIO_PROCESS, static_cast<id_t>(compiler)) != 19) {
    ASSERT_EQ(children_of(::getpid()).size(), 1U) << "it is as important as those who serve";
  }
  ::kill(compiler, SIGKILL);
  EXPECT_THAT(within_patience(error), HasSubstr("ended by signal 9"));
}

TEST(Compile, EndsWithTheEngine) {
  const AppFolder app(R"({"name": "a", "version": "1.0.0", "modules": [{"component": "a.wasm"}]})");
  app.write("a.wasm", component_of_additions(kSeconds));
  HermesProgram hermes({"run", app.path()});
  const auto compiler = child_of(hermes.process().id());
  hermes.process().signal(SIGKILL);
  hermes.process().wait();
  EXPECT_TRUE(wait_for_end(compiler));
}

TEST(Compile, IsNotForPeople) {
  const auto ended = hermes_command({"compile"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.output, HasSubstr("the engine runs this for itself"));
}

TEST(Compile, LimitsAreSettings) {
  const AppFolder app(R"({"name": "a", "version": "1.0.0", "modules": [{"component": "a.wasm"}]})");
  app.write("a.wasm", component_of_additions(kSeconds));
  const auto ended_with = [&](const std::string& limits) {
    app.write("hermes.toml", "[limits]\n" + limits);
    return hermes_run({app.path(), "--config", app.path() + "/hermes.toml"}).output;
  };
  EXPECT_THAT(ended_with("component_mib = 1"), HasSubstr("'a.wasm' is larger than 1048576 bytes"));
  EXPECT_THAT(ended_with("compile_ms = 50"),
              HasSubstr("compiling it takes more than 50 ms of CPU time"));
  EXPECT_THAT(ended_with("compile_mib = 64"), HasSubstr("more than 64 MiB of memory"));
}

}  // namespace
}  // namespace hermes::testing
