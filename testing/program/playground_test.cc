// `hermes playground`: components without an app around them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "base/strings.h"
#include "testing/program/app_folder.h"
#include "testing/program/hermes_program.h"

namespace hermes::testing {
namespace {

using ::testing::HasSubstr;

std::string guest_path(std::string_view name) {
  return concat(HERMES_GUESTS "/", name, ".wasm");
}

Answer execute(HermesProgram& hermes, const std::string& sql) {
  return hermes.curl("playground", "/api/file", {"--data", sql});
}

TEST(Playground, AnswersHttpAndLogs) {
  HermesProgram hermes({"playground", guest_path("echo")});
  hermes.wait_for_app("playground");
  const auto answer = hermes.curl("playground", "/api/some/where?q=1");
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, HasSubstr("/api/some/where?q=1"));
  hermes.process().signal(SIGTERM);
  EXPECT_EQ(hermes.process().wait(), 0);
}

TEST(Playground, TellsItsModulesByTheirFiles) {
  HermesProgram hermes({"playground", guest_path("print"), guest_path("echo")});
  hermes.wait_for_app("playground");
  EXPECT_EQ(hermes.curl("playground", "/api/").status, 200);
  EXPECT_THAT(hermes.process().line_with("stdout"), HasSubstr("app=local:playground module=print"));
}

TEST(Playground, KeepsNothing) {
  const TemporaryDirectory home;
  for (int round = 0; round < 2; ++round) {
    HermesProgram hermes({"playground", guest_path("sql_script")}, home.path());
    hermes.wait_for_app("playground");
    const auto answer = execute(hermes, "CREATE TABLE notes (text)");
    EXPECT_EQ(answer.body, "done") << "it is not there yet";
    hermes.process().signal(SIGTERM);
    EXPECT_EQ(hermes.process().wait(), 0);
  }
  for (const auto& entry : std::filesystem::directory_iterator(home.path())) {
    EXPECT_EQ(entry.path().filename(), "compiled");
  }
}

TEST(Playground, RunsBesideAnother) {
  const TemporaryDirectory home;
  HermesProgram one({"playground", guest_path("sql_script")}, home.path());
  HermesProgram other({"playground", guest_path("sql_script")}, home.path());
  one.wait_for_app("playground");
  other.wait_for_app("playground");
  EXPECT_EQ(execute(one, "CREATE TABLE notes (text)").body, "done");
  EXPECT_EQ(execute(other, "CREATE TABLE notes (text)").body, "done");
}

TEST(Playground, SaysWhyAComponentDoesNotRun) {
  const auto none = hermes_command({"playground", guest_path("none"), "--port", "0"});
  EXPECT_EQ(none.code, 1) << none.output;
  EXPECT_THAT(none.output, HasSubstr("there is no 'none.wasm'"));
  const auto traps = hermes_command(
      {"playground", guest_path("init_trap"), "--port", "0", "--home", HERMES_TEST_HOME});
  EXPECT_EQ(traps.code, 1) << traps.output;
  EXPECT_THAT(traps.output, HasSubstr("init"));
}

}  // namespace
}  // namespace hermes::testing
