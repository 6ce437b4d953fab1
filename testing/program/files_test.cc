// The files that guests see: those of a package, and what they keep.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <initializer_list>
#include <string>
#include <thread>
#include <vector>

#include "base/strings.h"
#include "testing/program/app_folder.h"
#include "testing/program/hermes_program.h"
#include "testing/program/small_disk.h"

namespace hermes::testing {
namespace {

// What the guest `world` does, and says.
std::string tell(HermesProgram& hermes, std::string_view command, const std::string& body = {}) {
  return hermes.curl("world", concat("/api", command), {"--data-binary", body, "--path-as-is"})
      .body;
}

TEST(Files, OfAPackageAreWhatItsAuthorPutThere) {
  const AppFolder app(R"({"name": "world", "version": "1.0.0", "www": "web", "share": "shared",
                          "modules": [{"component": "world.wasm", "config": {"days": 7}}]})",
                      {"world"});
  std::filesystem::create_directories(std::filesystem::path(app.path()) / "web");
  std::filesystem::create_directories(std::filesystem::path(app.path()) / "shared");
  const std::string large(300'000, 'x');
  app.write("web/index.html", "<h1>hello</h1>");
  app.write("shared/words", "some words");
  app.write("shared/large", large);
  app.write("secret", "not in the package");
  const TemporaryDirectory folder;
  const auto package = (folder.path() / "world.happ").string();
  ASSERT_EQ(hermes_command({"app", "package", app.path(), "-o", package}).code, 0);
  HermesProgram hermes({"run", "--untrusted", package});
  hermes.wait_for_app("world");
  EXPECT_EQ(tell(hermes, "/list//"), "etc lib srv tmp usr var ");
  EXPECT_EQ(tell(hermes, "/list//srv"), "share www ");
  EXPECT_EQ(tell(hermes, "/list//srv/share"), "large words ");
  EXPECT_EQ(tell(hermes, "/read//srv/share/words"), "some words");
  EXPECT_EQ(tell(hermes, "/read//srv/share/large"), large);
  EXPECT_EQ(tell(hermes, "/read//etc/world.json"), R"({"days": 7})");
  EXPECT_EQ(tell(hermes, "/read//srv/www/index.html"), hermes.curl("world", "/index.html").body);
  EXPECT_EQ(tell(hermes, "/write//srv/share/words", "x"), "Operation not permitted");
  EXPECT_EQ(tell(hermes, "/exercise//tmp"), "done");
  EXPECT_EQ(tell(hermes, "/exercise//var"), "done");
}

TEST(Files, OfAModuleAreOverriddenByThoseOfItsApp) {
  const AppFolder module(R"({"name": "world", "version": "1.0.0", "component": "world.wasm",
                             "share": "files"})");
  module.write("world.wasm", guest("world"));
  std::filesystem::create_directories(std::filesystem::path(module.path()) / "files");
  module.write("files/style", "the module's");
  module.write("files/words", "the module's");
  std::filesystem::rename(std::filesystem::path(module.path()) / "app.json",
                          std::filesystem::path(module.path()) / "module.json");
  const AppFolder app(R"({"name": "world", "version": "1.0.0",
                          "modules": [{"component": "world.hmod", "share": "over"}]})");
  std::filesystem::create_directories(std::filesystem::path(app.path()) / "over");
  app.write("over/style", "the app's");
  const auto hmod = concat(app.path(), "/world.hmod");
  ASSERT_EQ(hermes_command({"module", "package", module.path(), "-o", hmod}).code, 0);
  const TemporaryDirectory folder;
  const auto package = (folder.path() / "world.happ").string();
  ASSERT_EQ(hermes_command({"app", "package", app.path(), "-o", package}).code, 0);
  for (const auto& arguments : std::initializer_list<std::vector<std::string>>{
           {"run", app.path()}, {"run", "--untrusted", package}}) {
    HermesProgram hermes(arguments);
    hermes.wait_for_app("world");
    EXPECT_EQ(tell(hermes, "/list//lib/world"), "style words ");
    EXPECT_EQ(tell(hermes, "/read//lib/world/style"), "the app's");
    EXPECT_EQ(tell(hermes, "/read//lib/world/words"), "the module's");
    EXPECT_EQ(tell(hermes, "/list//usr/lib/world"), "style ");
  }
}

TEST(Files, ThatWereWrittenOutliveAKill) {
  const TemporaryDirectory home;
  const auto app = app_of_guest("world");
  const std::string some(100'000, 'x');
  for (int round = 0; round < 3; ++round) {
    HermesProgram hermes({"run", app.path()}, home.path());
    hermes.wait_for_app("world");
    for (int before = 0; before < round; ++before) {
      EXPECT_EQ(tell(hermes, concat("/read//var/", before)), concat("note ", before));
    }
    EXPECT_EQ(tell(hermes, concat("/write//var/", round), concat("note ", round)), "written");
    EXPECT_EQ(tell(hermes, "/rename//var/" + std::to_string(round), "/var/renamed"), "done");
    EXPECT_EQ(tell(hermes, "/rename//var/renamed", concat("/var/", round)), "done");
    EXPECT_EQ(tell(hermes, "/write//tmp/gone", "x"), "written");
    std::jthread writing([&] { tell(hermes, "/ghosts//var/unfinished", some); });
    hermes.process().signal(SIGKILL);
    EXPECT_EQ(hermes.process().wait(), 128 + SIGKILL);
  }
  HermesProgram hermes({"run", app.path()}, home.path());
  hermes.wait_for_app("world");
  const auto names = tell(hermes, "/list//var");
  for (const auto* name : {"0 ", "1 ", "2 "}) EXPECT_THAT(names, ::testing::HasSubstr(name));
  EXPECT_EQ(tell(hermes, "/read//var/2"), "note 2");
  EXPECT_EQ(tell(hermes, "/list//tmp"), "");
}

TEST(Files, ThatWereWrittenOutliveAFullDisk) {
  const TemporaryDirectory home;
  const auto app = app_of_guest("world");
  HermesProgram hermes({"run", app.path()}, home.path(), with_disk_of("4m", home.path()));
  hermes.wait_for_app("world");
  EXPECT_EQ(tell(hermes, "/write//var/before", "kept"), "written");
  EXPECT_THAT(tell(hermes, "/ghosts//var/large", std::string(100'000, 'x')),
              ::testing::EndsWith(" No space left on device"));
  EXPECT_EQ(tell(hermes, "/read//var/before"), "kept");
  EXPECT_EQ(tell(hermes, "/remove//var/large"), "removed");
  EXPECT_EQ(tell(hermes, "/write//var/small", "x"), "written");
}

}  // namespace
}  // namespace hermes::testing
