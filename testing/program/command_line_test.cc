#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "base/strings.h"
#include "testing/program/app_folder.h"
#include "testing/program/hermes_program.h"

namespace hermes::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(CommandLine, Helps) {
  const auto help = hermes_command({"--help"});
  EXPECT_EQ(help.code, 0);
  EXPECT_THAT(help.output, AllOf(HasSubstr("run"), HasSubstr("playground"), HasSubstr("inspect")));
  EXPECT_THAT(hermes_command({"run", "--help"}).output, HasSubstr("--port"));
  EXPECT_THAT(hermes_command({"--version"}).output, HasSubstr("0.1.0"));
}

TEST(CommandLine, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(hermes_command({}).code, 2);
  EXPECT_EQ(hermes_command({"fly"}).code, 2);
  EXPECT_EQ(hermes_command({"run", "--wings", "2"}).code, 2);
  EXPECT_EQ(hermes_command({"run", example_app("hello"), "--port", "70000"}).code, 2);
  const auto environment = hermes_command({"run", example_app("hello")}, {"HERMES_PORT=many"});
  EXPECT_EQ(environment.code, 2);
  EXPECT_THAT(environment.output, HasSubstr("HERMES_PORT"));
}

TEST(CommandLine, ReadsAConfigurationFile) {
  const AppFolder folder("{}");
  folder.write("hermes.toml", "[engine]\nworkers = 1\nwings = 2\n");
  const auto file = folder.path() + "/hermes.toml";
  const auto ended = hermes_command({"run", example_app("hello"), "--config", file});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.output, HasSubstr(file + ":3:1"));

  folder.write("hermes.toml", "[log]\nformat = \"json\"\n");
  HermesProgram hermes({"run", example_app("hello"), "--config", file});
  EXPECT_THAT(hermes.process().line_with("listening on"),
              HasSubstr(R"("component":"http_gateway")"));
}

TEST(CommandLine, InspectsComponents) {
  const auto hello =
      hermes_command({"inspect", HERMES_GUESTS "/echo.wasm", "--home", HERMES_TEST_HOME});
  EXPECT_EQ(hello.code, 0);
  EXPECT_THAT(hello.output, HasSubstr("event     hermes:http-gateway/event#reply"));
  EXPECT_THAT(hello.output, HasSubstr("128 MiB"));

  const auto shapes =
      hermes_command({"inspect", HERMES_GUESTS "/shapes.wasm", "--home", HERMES_TEST_HOME});
  EXPECT_EQ(shapes.code, 1);
  EXPECT_THAT(shapes.output, HasSubstr("missing   hermes:cardano/api"));
  EXPECT_EQ(hermes_command({"inspect", "/nothing/there.wasm"}).code, 1);
  const auto json = hermes_command(
      {"inspect", "-o", "json", concat(HERMES_GUESTS, "/shapes.wasm"), "--home", HERMES_TEST_HOME});
  EXPECT_EQ(json.code, 1);
  const auto parsed = json::Document::parse(json.output, "json");
  ASSERT_TRUE(parsed) << json.output;
  EXPECT_FALSE(*parsed->root().find("runs")->boolean());
}

}  // namespace
}  // namespace hermes::testing
