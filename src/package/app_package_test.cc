#include "package/app_package.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/strings.h"
#include "package/app_directory.h"
#include "package/entry_name.h"
#include "package/load.h"
#include "package/package_test_files.h"
#include "vfs/tree_test_text.h"

namespace hermes::package {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::size_t kComponent = 1000;

class AppPackageTest : public PackageTest {
 protected:
  AppPackageTest() {
    manifest(R"({"name": "board", "version": "1.0.0", "www": "web", "share": "s/t",
                 "icon": "icon.svg",
                 "modules": [{"component": "api.wasm", "config": {"component": "x"}},
                             {"id": "b", "component": "copy.wasm"}]})");
    write_file(app() / "api.wasm", "component");
    write_file(app() / "copy.wasm", "component");
    write_file(app() / "web/index.html", "<h1>hello</h1>");
    write_file(app() / "s/t/u/words.txt", "word");
    write_file(app() / "icon.svg", "<svg/>");
    write_file(app() / "secret.key", "secret");
  }

  fs::path app() const { return path("app"); }
  void manifest(std::string_view text) const { write_file(app() / "app.json", text); }
  Result<Packaged> make() const { return package_app(app(), path("app.happ"), {}, kComponent); }
  LoadOptions options(bool untrusted) const {
    return {path("home"), {}, kComponent, kNow, untrusted};
  }
};

TEST_F(AppPackageTest, HoldsWhatTheManifestNames) {
  const auto made = make();
  ASSERT_TRUE(made) << made.error().message();
  EXPECT_EQ(made->files, 5U);
  const auto package = Package::open(path("app.happ"));
  std::vector<std::string> names;
  for (const auto& entry : package->archive().entries()) names.emplace_back(file_of(entry.name));
  const auto module = concat("modules/", to_hex(sha256("component")), ".wasm");
  EXPECT_THAT(names, ElementsAre("app.json", "icon.svg", module, "s/t/u/words.txt",
                                 "web/index.html", "META/digests.txt"));
  EXPECT_EQ(*package->read("app.json", 1000),
            concat(R"({"name": "board", "version": "1.0.0", "www": "web", "share": "s/t",
                 "icon": "icon.svg",
                 "modules": [{"component": ")",
                   module, R"(", "id": "api", "config": {"component": "x"}},
                             {"id": "b", "component": ")",
                   module, R"("}]})", "\n"));
}

TEST_F(AppPackageTest, IsTheSameAppAsItsDirectory) {
  ASSERT_TRUE(make());
  const auto app = load_app(path("app.happ"), options(true));
  ASSERT_TRUE(app) << app.error().message();
  const auto directory = read_app(this->app(), {}, kComponent);
  EXPECT_EQ(app->id, "unsigned:board");
  EXPECT_EQ(app->version, "1.0.0");
  ASSERT_EQ(app->modules.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(app->modules[i].id, directory->modules[i].id);
    EXPECT_EQ(app->modules[i].bytes(), directory->modules[i].bytes());
    EXPECT_EQ(app->modules[i].config, directory->modules[i].config);
  }
  EXPECT_EQ(*app->www->kind("index.html"), vfs::Kind::File);
  EXPECT_EQ(vfs::content(*app->share, "u/words.txt"), "word");
  EXPECT_EQ(vfs::content(*directory->share, "u/words.txt"), "word");
}

TEST_F(AppPackageTest, HasTheDigestsOfItsFiles) {
  ASSERT_TRUE(make());
  const auto app = load_app(path("app.happ"), options(true));
  ASSERT_TRUE(app) << app.error().message();
  EXPECT_EQ((*app->www->open("index.html"))->digest(), sha256("<h1>hello</h1>"));
  EXPECT_EQ((*app->share->open("u/words.txt"))->digest(), sha256("word"));
  const auto directory = read_app(this->app(), {}, kComponent);
  EXPECT_EQ((*directory->www->open("index.html"))->digest(), std::nullopt);
}

TEST_F(AppPackageTest, IsKnownByItsAuthor) {
  ASSERT_TRUE(make());
  const auto ada = key_of("Ada");
  ASSERT_TRUE(sign_package(path("app.happ"), ada, Signer::Role::Author));
  EXPECT_THAT(message_of(load_app(path("app.happ"), options(false))),
              HasSubstr("nobody here trusts it"));
  write_file(path("home/trust/ada.pem"), ada.chain.front().pem());
  const auto app = load_app(path("app.happ"), options(false));
  ASSERT_TRUE(app) << app.error().message();
  EXPECT_EQ(app->id, concat("board@", to_hex(ada.chain.front().digest())));
}

TEST_F(AppPackageTest, SaysWhatItCannotHold) {
  const auto error = [&](std::string_view more) {
    manifest(concat(R"({"name": "a", "version": "1.0.0", )", more, "}"));
    auto message = message_of(make());
    const auto at = message.find("app.json:");
    return at == message.npos ? message : message.substr(at);
  };
  EXPECT_EQ(error(R"("modules": [{"component": "no.wasm"}])"),
            "app.json:1:61: /modules/0/component: there is no 'no.wasm'");
  EXPECT_EQ(error(R"("modules": [], "www": "no")"),
            "app.json:1:57: /www: 'no': No such file or directory");
  EXPECT_EQ(error(R"("modules": [], "icon": "no")"), "app.json:1:58: /icon: there is no 'no'");
  EXPECT_EQ(error(R"("modules": [], "www": "modules")"),
            "app.json:1:57: /www: packages keep 'modules' for themselves");
  EXPECT_EQ(error(R"("modules": [], "share": "META/a")"),
            "app.json:1:59: /share: packages keep 'META' for themselves");
  write_file(app() / "web/a\\b", "");
  EXPECT_THAT(error(R"("modules": [], "www": "web")"), HasSubstr("backslash"));
  EXPECT_FALSE(fs::exists(path("app.happ")));
}

TEST_F(AppPackageTest, ThatIsNoAppIsNotLoaded) {
  ASSERT_TRUE(write_package(Kind::Module, {{"a", {.content = "a"}}}, path("a.hmod")));
  EXPECT_THAT(message_of(load_app(path("a.hmod"), options(true))),
              HasSubstr("a package of a module, not of an app"));
  ASSERT_TRUE(write_package(Kind::App, {{"a", {.content = "a"}}}, path("a.happ")));
  EXPECT_THAT(message_of(load_app(path("a.happ"), options(true))),
              HasSubstr("there is no 'app.json'"));
}

}  // namespace
}  // namespace hermes::package
