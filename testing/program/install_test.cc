// What `make install` puts in place.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "base/strings.h"
#include "testing/program/app_folder.h"
#include "testing/program/hermes_program.h"

namespace hermes::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string read(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

class InstallTest : public ::testing::Test {
 protected:
  InstallTest() {
    const auto installed =
        run_program({"cmake", "--install", HERMES_BUILD_DIR, "--prefix", path("")});
    EXPECT_EQ(installed.code, 0) << installed.output;
  }
  std::string path(std::string_view name) const { return (directory_.path() / name).string(); }

 private:
  TemporaryDirectory directory_;
};

TEST_F(InstallTest, PutsAProgramInPlaceThatNeedsNoCheckout) {
  EXPECT_THAT(run_program({path("bin/hermes"), "--version"}).output, StartsWith("hermes "));
  const auto begun =
      run_program({path("bin/hermes"), "new", "app", "first", "--lang", "c", "-o", path("first")});
  EXPECT_EQ(begun.code, 0) << begun.output;
  EXPECT_THAT(read(path("first/build")),
              AllOf(HasSubstr(path("share/hermes/sdk")), HasSubstr(path("bin/hermes-component"))));
  const auto built = run_program({path("first/build")});
  EXPECT_EQ(built.code, 0) << built.output;
  EXPECT_TRUE(std::filesystem::exists(path("first/first.wasm")));
  EXPECT_EQ(run_program({"bash", "-n", path("share/bash-completion/completions/hermes")}).code, 0);
  EXPECT_EQ(run_program({"zsh", "-n", path("share/zsh/site-functions/_hermes")}).code, 0);
  EXPECT_EQ(run_program({"fish", "-n", path("share/fish/vendor_completions.d/hermes.fish")}).code,
            0);
}

TEST_F(InstallTest, OffersAServiceThatSystemdTakes) {
  const auto unit = path("lib/systemd/system/hermes.service");
  EXPECT_THAT(read(unit), HasSubstr(concat("ExecStart=", path("bin/hermes"), " run --apps ")));
  const auto verified = run_program({"systemd-analyze", "verify", "--man=no", unit});
  EXPECT_EQ(verified.code, 0) << verified.output;
  EXPECT_EQ(verified.output.find("hermes.service:"), std::string::npos) << verified.output;
  const auto exposure =
      run_program({"systemd-analyze", "security", "--offline=yes", "--threshold=25", unit});
  EXPECT_EQ(exposure.code, 0) << exposure.output;
}

TEST(Service, RunsTheAppsOfADirectory) {
  const TemporaryDirectory apps;
  std::filesystem::create_directory_symlink(example_app("hello"), apps.path() / "hello");
  std::filesystem::create_directory(apps.path() / "no app");
  HermesProgram hermes({"run", "--apps", apps.path().string()});
  hermes.wait_for_app("hello");
  EXPECT_EQ(hermes.curl("hello", "/api/hello").body, "hello");
  EXPECT_EQ(hermes_run({"--apps", apps.path().string() + "/nowhere"}).code, 1);
}

}  // namespace
}  // namespace hermes::testing
