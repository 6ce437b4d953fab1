// `hermes dev`: an app that is built and runs again after each change.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "base/strings.h"
#include "testing/program/app_folder.h"
#include "testing/program/hermes_program.h"

namespace hermes::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

// An app whose component is a copy of what the file `source` names.
class DevTest : public ::testing::Test {
 protected:
  DevTest() {
    for (const auto* guest : {"sleep", "echo"})
      folder.write(concat(guest, ".guest"), testing::guest(guest));
    write_manifest("1.0.0");
  }

  void write_manifest(std::string_view version) const {
    folder.write("app.json",
                 concat(R"({"name": "made", "version": ")", version,
                        R"(", "build": "cp $(cat source).guest main.wasm && echo made it",)",
                        R"( "modules": [{"component": "main.wasm"}], "www": "www"})"));
  }
  void become(std::string_view guest) const { folder.write("source", guest); }

  const AppFolder folder{"{}"};
};

TEST_F(DevTest, BuildsAndReloadsAfterEachChange) {
  fs::create_directory(folder.path() + "/www");
  become("sleep");
  HermesProgram hermes({"dev", folder.path()});
  hermes.process().line_with("dev: built in");
  hermes.wait_for_app("made");
  EXPECT_EQ(hermes.curl("made", "/api/0").body, "slept");
  become("echo");
  hermes.process().line_with("dev: generation 2 runs");
  EXPECT_THAT(hermes.curl("made", "/api/0").body, HasSubstr(R"("path":"/api/0")"));
  folder.write("www/a.txt", "a page");
  hermes.process().line_with("dev: generation 3 runs");
  EXPECT_EQ(hermes.curl("made", "/a.txt").body, "a page");
  hermes.process().signal(SIGTERM);
  EXPECT_EQ(hermes.process().wait(), 0);
}

TEST_F(DevTest, KeepsTheVersionBeforeWhereTheNextIsWrong) {
  fs::create_directory(folder.path() + "/www");
  become("sleep");
  HermesProgram hermes({"dev", folder.path()});
  hermes.wait_for_app("made");
  become("nothing");
  hermes.process().line_with("dev: the build ended with exit code 1: the version before runs on");
  folder.write("nothing.guest", "no component");
  hermes.process().line_with("dev: the version before runs on");
  folder.write("app.json", "{");
  hermes.process().line_with("app.json:1:");
  EXPECT_EQ(hermes.curl("made", "/api/0").body, "slept");
  write_manifest("2.0.0");
  become("echo");
  hermes.process().line_with("version 2.0.0 has taken over");
}

TEST_F(DevTest, WaitsForAnAppThatDoesNotBuildYet) {
  fs::create_directory(folder.path() + "/www");
  HermesProgram hermes({"dev", folder.path()});
  hermes.process().line_with("dev: the build ended with exit code 1");
  become("sleep");
  hermes.wait_for_app("made");
  EXPECT_EQ(hermes.curl("made", "/api/0").body, "slept");
}

TEST_F(DevTest, NeedsADirectory) {
  const auto ended = hermes_command({"dev", folder.path() + "/nowhere"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.output, HasSubstr("No such file"));
}

}  // namespace
}  // namespace hermes::testing
