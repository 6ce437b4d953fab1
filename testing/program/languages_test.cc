// The app apps/counter in four languages, as their own tools build it, in one engine.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "testing/program/hermes_program.h"

namespace hermes::testing {
namespace {

using ::testing::HasSubstr;

struct Language {
  std::string_view name;
  std::string_view app;
};
constexpr std::array kLanguages = {
    Language{"Go", "counter-go"}, Language{"JavaScript", "counter-javascript"},
    Language{"Python", "counter-python"}, Language{"Rust", "counter-rust"}};

/// Their components are large: they are compiled before an engine is waited for.
class LanguagesTest : public ::testing::Test {
 protected:
  static std::vector<std::string> run_all() {
    std::vector<std::string> arguments = {"run"};
    for (const auto& language : kLanguages) {
      const auto app = example_app(language.app);
      const auto inspected =
          hermes_command({"inspect", concat(app, "/counter.wasm"), "--home", HERMES_TEST_HOME});
      EXPECT_EQ(inspected.code, 0) << inspected.output;
      arguments.push_back(app);
    }
    return arguments;
  }

  HermesProgram hermes{run_all()};
};

TEST_F(LanguagesTest, EachAnswersLogsAndCountsForItself) {
  hermes.wait_for_app(kLanguages.back().app);
  for (const std::string_view count : {"1", "2", "3"}) {
    for (const auto& language : kLanguages) {
      const auto answer = hermes.curl(language.app, "/api/count", {"--request", "POST"});
      EXPECT_EQ(answer.status, 200) << language.name;
      EXPECT_EQ(answer.body, count) << language.name;
      const auto line = hermes.process().line_with(concat(language.name, " counted ", count));
      EXPECT_THAT(line, HasSubstr(concat("app=local:", language.app, " module=counter ")));
    }
  }
}

TEST_F(LanguagesTest, EachDeclinesWhatIsNotItsOwn) {
  hermes.wait_for_app(kLanguages.back().app);
  for (const auto& language : kLanguages) {
    EXPECT_EQ(hermes.curl(language.app, "/api/count").status, 404) << language.name;
    EXPECT_EQ(hermes.curl(language.app, "/api/else", {"--request", "POST"}).status, 404)
        << language.name;
  }
}

}  // namespace
}  // namespace hermes::testing
