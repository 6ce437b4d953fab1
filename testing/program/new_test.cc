// `hermes new`: what it begins builds by its own command, and runs.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "testing/program/hermes_program.h"

namespace hermes::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

// Where scripts/setup --guests puts the tools of other languages; empty if they are not there.
std::string guest_tools() {
  const auto script = concat("root=", HERMES_SOURCE_DIR,
                             "; cache=${HERMES_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/hermes}; . "
                             "$root/scripts/guest_tools; "
                             "[ -f $guest_tools/complete ] && printf %s $guest_tools");
  return run_program({"bash", "-c", script}).output;
}

class NewTest : public ::testing::TestWithParam<std::string_view> {
 protected:
  std::string path(std::string_view name) const { return (directory_.path() / name).string(); }

  // By the command that the app itself names, with the tools of the build.
  static void build(const std::string& app) {
    const auto tools = guest_tools();
    if (fs::exists(app + "/package.json")) {
      fs::create_symlink(tools + "/node_modules", app + "/node_modules");
    }
    // What Rust's standard library becomes is kept where the build of apps/counter keeps it.
    const auto rust = tools.empty() ? app : (fs::path(tools).parent_path() / "rust").string();
    const auto built =
        run_program({"sh", "-c", concat("PATH=", tools, "/bin:$PATH ", app, "/build")},
                    {"GOTOOLCHAIN=local", concat("CARGO_TARGET_DIR=", rust)});
    ASSERT_EQ(built.code, 0) << built.output;
  }

  static bool needs_tools() { return GetParam() != "c" && GetParam() != "cpp"; }

 private:
  TemporaryDirectory directory_;
};

TEST_P(NewTest, AppsBuildAndRun) {
  ASSERT_FALSE(needs_tools() && guest_tools().empty()) << "scripts/setup --guests installs them";
  const auto app = path("first-one");
  const auto begun =
      hermes_command({"new", "app", "first-one", "--lang", std::string(GetParam()), "-o", app});
  ASSERT_EQ(begun.code, 0) << begun.output;
  EXPECT_THAT(begun.output, HasSubstr(concat("hermes dev ", app)));
  build(app);
  // It is compiled before an engine is waited for.
  const auto inspected =
      hermes_command({"inspect", concat(app, "/first-one.wasm"), "--home", HERMES_TEST_HOME});
  EXPECT_EQ(inspected.code, 0) << inspected.output;
  HermesProgram hermes({"run", app});
  hermes.wait_for_app("first-one");
  EXPECT_EQ(hermes.curl("first-one", "/api/hello").body, "hello from first-one\n");
  hermes.process().line_with("somebody says hello");
  EXPECT_EQ(hermes.curl("first-one", "/api/else").status, 404);
}

INSTANTIATE_TEST_SUITE_P(Languages, NewTest,
                         ::testing::Values("c", "cpp", "rust", "go", "js", "python"),
                         [](const auto& language) { return std::string(language.param); });

using NewModuleTest = NewTest;

TEST_P(NewModuleTest, ModulesBuildAndArePackaged) {
  const auto module = path("part");
  ASSERT_EQ(
      hermes_command({"new", "module", "part", "--lang", std::string(GetParam()), "-o", module})
          .code,
      0);
  build(module);
  const auto packaged = hermes_command({"module", "package", module, "-o", path("part.hmod")});
  EXPECT_EQ(packaged.code, 0) << packaged.output;
  EXPECT_THAT(hermes_command({"module", "inspect", path("part.hmod")}).output,
              AllOf(HasSubstr("module part 0.1.0"), HasSubstr("hermes:http-gateway/event#reply"),
                    HasSubstr("hermes:logging/api#log")));
}

INSTANTIATE_TEST_SUITE_P(Languages, NewModuleTest, ::testing::Values("c"));

TEST(New, SaysWhatIsWrong) {
  const TemporaryDirectory directory;
  const auto in = [&](std::string_view name) { return (directory.path() / name).string(); };
  EXPECT_EQ(hermes_command({"new", "app", "x", "--lang", "cobol"}).code, 2);
  EXPECT_EQ(hermes_command({"new", "app", "x"}).code, 2);
  const auto named = hermes_command({"new", "app", "Hello World", "--lang", "c", "-o", in("a")});
  EXPECT_EQ(named.code, 1);
  EXPECT_THAT(named.output, HasSubstr("a name has 1 to 63 characters a-z, 0-9 and '-'"));
  fs::create_directories(in("b/c"));
  const auto there = hermes_command({"new", "app", "x", "--lang", "c", "-o", in("b")});
  EXPECT_EQ(there.code, 1);
  EXPECT_THAT(there.output, HasSubstr("is there already"));
}

}  // namespace
}  // namespace hermes::testing
