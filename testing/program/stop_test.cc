// How the engine ends.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "testing/program/app_folder.h"
#include "testing/program/hermes_program.h"

namespace hermes::testing {
namespace {

using ::testing::HasSubstr;

std::vector<std::string> asking(const std::string& url) {
  return {"curl", "--include", "--silent", "--max-time", "60", url};
}

TEST(Stop, LetsARunningRequestFinish) {
  const auto app = app_of_guest("sleep");
  HermesProgram hermes({"run", app.path()});
  hermes.wait_for_app("sleep");
  Process client(asking(hermes.url("sleep", "/api/700")));
  hermes.process().line_with("asked to sleep");
  hermes.process().signal(SIGTERM);
  EXPECT_EQ(hermes.process().wait(), 0);
  EXPECT_EQ(client.wait(), 0);
  EXPECT_THAT(client.output(), HasSubstr("HTTP/1.1 200"));
  EXPECT_THAT(client.output(), HasSubstr("slept"));
}

TEST(Stop, AtASecondSignalDoesNotWait) {
  const auto app = app_of_guest("sleep");
  HermesProgram hermes({"run", app.path(), "--grace-ms", "3600000"});
  hermes.wait_for_app("sleep");
  Process client(asking(hermes.url("sleep", "/api/29000")));
  hermes.process().line_with("asked to sleep");
  hermes.process().signal(SIGINT);
  hermes.process().line_with("stopping with exit code 0");
  hermes.process().signal(SIGINT);
  EXPECT_EQ(hermes.process().wait(), 0);
  client.wait();
  EXPECT_EQ(client.output().find("slept"), std::string::npos);
}

TEST(Stop, AfterTheGracePeriodCancelsWhatRuns) {
  const auto app = app_of_guest("loop");
  HermesProgram hermes({"run", app.path(), "--grace-ms", "50"});
  hermes.wait_for_app("loop");
  Process client(asking(hermes.url("loop", "/api/")));
  hermes.process().line_with("in a loop");
  hermes.process().signal(SIGTERM);
  EXPECT_EQ(hermes.process().wait(), 0);
}

TEST(Stop, ByKillLeavesNothingThatKeepsItFromStartingAgain) {
  for (int round = 0; round < 2; ++round) {
    HermesProgram hermes({"run", example_app("hello")});
    hermes.wait_for_app("hello");
    EXPECT_EQ(hermes.curl("hello", "/api/hello").status, 200);
    hermes.process().signal(SIGKILL);
    EXPECT_EQ(hermes.process().wait(), 128 + SIGKILL);
  }
}

TEST(Stop, ByAnAppGivesItsCode) {
  const auto component = HERMES_GUESTS "/init_done.wasm";
  const auto playground =
      hermes_command({"playground", component, "--port", "0", "--home", HERMES_TEST_HOME});
  EXPECT_EQ(playground.code, 7) << playground.output;

  const auto denied = app_of_guest("init_done");
  const auto ended = hermes_run({denied.path()});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.output, HasSubstr("shutdown")) << "the permission that it lacks";
}

}  // namespace
}  // namespace hermes::testing
