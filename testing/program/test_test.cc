// `hermes test`.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "testing/program/app_folder.h"
#include "testing/program/hermes_program.h"

namespace hermes::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string guest_file(std::string_view name) {
  return concat(HERMES_GUESTS "/", name, ".wasm");
}

Ended hermes_test(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "test");
  arguments.insert(arguments.end(), {"--home", HERMES_TEST_HOME});
  return hermes_command(std::move(arguments));
}

// With a configuration in which a loop ends soon.
class TestCommand : public ::testing::Test {
 protected:
  TestCommand() { folder_.write("hermes.toml", "[limits]\ncpu_ms = 200\n"); }

  Ended of_outcomes(std::vector<std::string> more) {
    more.insert(more.begin(),
                {guest_file("test_outcomes"), "--config", folder_.path() + "/hermes.toml"});
    return hermes_test(std::move(more));
  }

 private:
  AppFolder folder_{"{}"};
};

TEST_F(TestCommand, SaysHowEachTestWent) {
  const auto ended = of_outcomes({});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.output,
              AllOf(HasSubstr("test_outcomes\n"), HasSubstr("  passed  passes ("),
                    HasSubstr("  FAILED  fails ("), HasSubstr("          it answered false\n"),
                    HasSubstr("  FAILED  traps ("), HasSubstr("unreachable"),
                    HasSubstr("  FAILED  never ends ("), HasSubstr(": 3 passed, 3 failed\n")));
}

TEST_F(TestCommand, GivesEachTestAFreshStateOfTheApp) {
  const auto output = of_outcomes({}).output;
  EXPECT_THAT(output, HasSubstr("  passed  has a state of its own ("));
  EXPECT_THAT(output, HasSubstr("  passed  has a state of its own, again ("));
}

TEST_F(TestCommand, ReportsAsJson) {
  const auto ended = of_outcomes({"--format", "json", "--log-level", "error"});
  EXPECT_EQ(ended.code, 1);
  const auto begin = ended.output.find("{\"modules\"");
  ASSERT_NE(begin, std::string::npos) << ended.output;
  const auto report = nlohmann::json::parse(ended.output.substr(begin));
  EXPECT_EQ(report["passed"], 3);
  EXPECT_EQ(report["failed"], 3);
  const auto& tests = report["modules"][0]["tests"];
  ASSERT_EQ(tests.size(), 6U);
  EXPECT_EQ(tests[0]["name"], "passes");
  EXPECT_EQ(tests[0]["passed"], true);
  EXPECT_EQ(tests[2]["failure"], "it answered false");
}

TEST_F(TestCommand, ReportsAsJunit) {
  const auto ended = of_outcomes({"--format", "junit"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.output,
              AllOf(HasSubstr("<testsuite name=\"test_outcomes\" tests=\"6\" failures=\"3\""),
                    HasSubstr("<failure message=\"it answered false\"/>")));
}

TEST_F(TestCommand, RunsTheTestsOfSeveralModules) {
  const auto ended = hermes_test({guest_file("test_hash"), guest_file("test_localtime")});
  EXPECT_THAT(ended.output, AllOf(HasSubstr("test_hash\n"), HasSubstr("test_localtime\n")));
  EXPECT_EQ(ended.code, 1) << "some of them trap";
  const auto passing = hermes_test({guest_file("print")});
  EXPECT_EQ(passing.code, 0) << passing.output;
}

TEST_F(TestCommand, SaysWhatCannotBeTested) {
  const auto ended = hermes_test(
      {guest_file("order"), guest_file("init_false"), guest_file("pages"), "nothing.wasm"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.output,
              AllOf(HasSubstr("it has no such export"), HasSubstr("it answered false"),
                    HasSubstr("it has more than 10000 tests"), HasSubstr("nothing.wasm"),
                    HasSubstr(": 0 passed, 4 failed\n")));
}

TEST_F(TestCommand, EndsWithTheCodeOfDone) {
  const auto ended = hermes_test({guest_file("test_done_9"), guest_file("test_hash")});
  EXPECT_EQ(ended.code, 9);
  EXPECT_THAT(ended.output, AllOf(HasSubstr("passed  before"), HasSubstr("passed  ends the engine"),
                                  HasSubstr("FAILED  after"), HasSubstr("test_hash\n"),
                                  HasSubstr("since a test before it has called `done`"),
                                  HasSubstr(": 2 passed, 2 failed\n")));
}

TEST_F(TestCommand, DoneWithZeroHidesNoFailure) {
  const auto ended = hermes_test({guest_file("test_done_0")});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.output, HasSubstr("FAILED  before"));
}

TEST_F(TestCommand, TimesBenchmarks) {
  const auto ended = of_outcomes({"--bench"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.output, HasSubstr("  passed  passes: median "));
  EXPECT_THAT(ended.output, HasSubstr(" ms to "));
  EXPECT_THAT(ended.output, HasSubstr(" runs\n"));
}

TEST_F(TestCommand, LeavesTheHomeAsItWas) {
  const AppFolder home("{}");
  const auto ended = hermes_command({"test", guest_file("print"), "--home", home.path()});
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_TRUE(std::filesystem::exists(home.path() + "/compiled")) << "code is kept";
  for (const auto& entry : std::filesystem::directory_iterator(home.path())) {
    const auto name = entry.path().filename();
    EXPECT_TRUE(name == "compiled" || name == "app.json") << name;
  }
}

}  // namespace
}  // namespace hermes::testing
