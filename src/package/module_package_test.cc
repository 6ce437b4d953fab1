#include "package/module_package.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/strings.h"
#include "package/app_directory.h"
#include "package/app_package.h"
#include "package/load.h"
#include "package/package_test_files.h"
#include "vfs/tree_test_text.h"

namespace hermes::package {
namespace {

using ::testing::HasSubstr;

constexpr std::size_t kComponent = 5000;

class ModulePackageTest : public PackageTest {
 protected:
  ModulePackageTest() {
    write_file(path("markdown/module.json"),
               R"({"name": "markdown", "version": "1.0.0", "description": "Pages.",
                   "component": "bin/a.wasm", "config": {"tables": true}})");
    write_file(path("markdown/bin/a.wasm"), "component");
  }

  Result<Packaged> make() const {
    return package_module(path("markdown"), path("app/md.hmod"), kComponent);
  }
  void app(std::string_view more) const {
    write_file(path("app/app.json"),
               concat(R"({"name": "a", "version": "1.0.0", "modules": [{"component": "md.hmod")",
                      more, "}]}"));
  }
};

TEST_F(ModulePackageTest, HoldsAComponentAndWhatItsAuthorSaysOfIt) {
  app("");
  const auto made = make();
  ASSERT_TRUE(made) << made.error().message();
  const auto package = Package::open(path("app/md.hmod"));
  EXPECT_EQ(package->kind(), Kind::Module);
  const auto module = read_module(*package, kComponent);
  ASSERT_TRUE(module) << module.error().message();
  EXPECT_EQ(module->component, "component");
  EXPECT_EQ(module->manifest.name, "markdown");
  EXPECT_EQ(module->manifest.version, "1.0.0");
  EXPECT_EQ(module->manifest.description, "Pages.");
  EXPECT_EQ(module->manifest.config, R"({"tables": true})");
}

TEST_F(ModulePackageTest, IsAModuleOfAnApp) {
  app("");
  ASSERT_TRUE(make());
  const auto own = read_app(path("app"), {}, kComponent);
  ASSERT_TRUE(own) << own.error().message();
  EXPECT_EQ(own->modules[0].id, "md");
  EXPECT_EQ(own->modules[0].component, "component");
  EXPECT_EQ(own->modules[0].config, R"({"tables": true})");
  app(R"(, "config": {})");
  EXPECT_EQ(read_app(path("app"), {}, kComponent)->modules[0].config, "{}");

  ASSERT_TRUE(package_app(path("app"), path("a.happ"), {}, kComponent));
  const auto loaded = load_app(path("a.happ"), {path("home"), {}, kComponent, kNow, true});
  ASSERT_TRUE(loaded) << loaded.error().message();
  EXPECT_EQ(loaded->modules[0].id, "md");
  EXPECT_EQ(loaded->modules[0].component, "component");
}

TEST_F(ModulePackageTest, SharesFilesThatAnAppOverrides) {
  write_file(path("markdown/module.json"),
             R"({"name": "markdown", "version": "1.0.0", "component": "bin/a.wasm",
                 "share": "files"})");
  write_file(path("markdown/files/words"), "its own");
  write_file(path("markdown/files/style/page"), "its own");
  write_file(path("app/over/style/page"), "the app's");
  app(R"(, "share": "over")");
  ASSERT_TRUE(make());
  EXPECT_THAT(message_of(read_app(path("app"), {}, kComponent)),
              HasSubstr("'md.hmod': its module shares files, for which there is no store"));
  ASSERT_TRUE(package_app(path("app"), path("a.happ"), {}, kComponent));
  const auto own = read_app(path("app"), {}, kComponent, {.home = path("home")});
  const auto loaded = load_app(path("a.happ"), {path("home"), {}, kComponent, kNow, true});
  for (const auto* read : {&own, &loaded}) {
    ASSERT_TRUE(*read) << read->error().message();
    const auto& module = (*read)->modules[0];
    EXPECT_EQ(vfs::names(*module.shared, ""), "style/ words ");
    EXPECT_EQ(vfs::content(*module.shared, "style/page"), "its own");
    EXPECT_EQ((*module.shared->open("words"))->digest(), sha256("its own"));
    EXPECT_EQ(vfs::names(*module.overrides, ""), "style/ ");
    EXPECT_EQ(vfs::content(*module.overrides, "style/page"), "the app's");
  }
}

TEST_F(ModulePackageTest, TellsWhatConfigurationItTakes) {
  write_file(path("markdown/module.json"),
             R"({"name": "markdown", "version": "1.0.0", "component": "bin/a.wasm",
                 "config_schema": {"properties": {"tables": {"type": "boolean"}},
                                   "required": ["tables"]}})");
  app("");
  ASSERT_TRUE(make());
  const auto fails = [&](std::string_view error) {
    EXPECT_THAT(message_of(read_app(path("app"), {}, kComponent)), HasSubstr(error));
    EXPECT_THAT(message_of(package_app(path("app"), path("a.happ"), {}, kComponent)),
                HasSubstr(error));
  };
  fails(
      "app.json:1:61: /modules/0/component: the module needs a 'config': the whole of it: "
      "'tables' is missing");
  app(R"(,
"config": {"tables": 1})");
  fails(R"(app.json:2:22: /modules/0/config/tables: expected a value of type "boolean")");
  app(R"(, "config": {"tables": false})");
  ASSERT_TRUE(package_app(path("app"), path("a.happ"), {}, kComponent));
  const auto loaded = load_app(path("a.happ"), {path("home"), {}, kComponent, kNow, true});
  ASSERT_TRUE(loaded) << loaded.error().message();
  EXPECT_EQ(loaded->modules[0].config, R"({"tables": false})");
}

TEST_F(ModulePackageTest, ThatIsDamagedIsInNoApp) {
  app("");
  ASSERT_TRUE(make());
  auto bytes = read_all(path("app/md.hmod"));
  bytes[bytes.find("Pages")] = 'W';
  write_file(path("app/md.hmod"), bytes);
  const auto error = HasSubstr("/modules/0/component: 'md.hmod': \"module.json\": the content");
  EXPECT_THAT(message_of(read_app(path("app"), {}, kComponent)), error);
  EXPECT_THAT(message_of(package_app(path("app"), path("a.happ"), {}, kComponent)), error);
  ASSERT_TRUE(write_package(Kind::App, {}, path("app/md.hmod")));
  EXPECT_THAT(message_of(read_app(path("app"), {}, kComponent)),
              HasSubstr("a package of an app, not of a module"));
}

TEST_F(ModulePackageTest, SaysWhatIsWrongWithTheManifest) {
  const auto error = [&](std::string_view text) {
    write_file(path("markdown/module.json"), text);
    auto message = message_of(make());
    return message.substr(message.find("module.json"));
  };
  EXPECT_EQ(error("{}"), "module.json:1:1: 'name' is missing");
  EXPECT_THAT(error(R"({"name": "a", "version": "1"})"), HasSubstr("expected a version as in"));
  EXPECT_EQ(error(R"({"name": "a", "version": "1.0.0", "component": "no.wasm"})"),
            "module.json:1:48: /component: there is no 'no.wasm'");
  EXPECT_THAT(error(R"({"name": "a", "version": "1.0.0", "component": "/etc/passwd"})"),
              HasSubstr("expected a path inside"));
  EXPECT_THAT(error(R"({"name": "a", "version": "1.0.0", "component": "a", "config": 1})"),
              HasSubstr("/config: expected an object"));
  EXPECT_THAT(error(R"({"name": "a", "version": "1.0.0", "component": "a", "config": {"days": 0},
"config_schema": {"properties": {"days": {"minimum": 1}}}})"),
              HasSubstr("module.json:1:72: /config/days: it breaks minimum 1"));
  EXPECT_THAT(error(R"({"name": "a", "version": "1.0.0", "component": "a",
"config_schema": {"tipe": 1}})"),
              HasSubstr("module.json:2:27: /config_schema/tipe: the keyword 'tipe' is not known"));
  EXPECT_THAT(error(R"({"name": "a", "version": "1.0.0", "component": "a", "config_schema": 1})"),
              HasSubstr("/config_schema: expected an object"));
  EXPECT_THAT(error(R"({"name": "a", "version": "1.0.0", "component": "a", "www": "x"})"),
              HasSubstr("www"));
}

}  // namespace
}  // namespace hermes::package
