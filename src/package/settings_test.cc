#include "package/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>

#include "base/strings.h"
#include "package/app_directory.h"
#include "package/app_package.h"
#include "package/load.h"
#include "package/module_package.h"
#include "package/package_test_files.h"

namespace hermes::package {
namespace {

using ::testing::HasSubstr;

constexpr std::size_t kComponent = 5000;
constexpr auto kDays =
    R"("settings_schema": {"properties": {"days": {"type": "integer"}}, "required": ["days"],
                           "additionalProperties": false})";

class SettingsTest : public PackageTest {
 protected:
  SettingsTest() { write_file(path("app/a.wasm"), "component"); }

  // The app of one module, as it is read.
  runtime::App app(std::string_view more_of_module) const {
    write_file(path("app/app.json"),
               concat(R"({"name": "a", "version": "1.0.0", "modules": [{"component": "a.wasm", )",
                      R"("id": "api")", more_of_module, "}]}"));
    auto read = read_app(path("app"), {}, kComponent, {.home = path("home")});
    EXPECT_TRUE(read) << message_of(read);
    return read ? *std::move(read) : runtime::App();
  }

  static std::string set(runtime::App& app, std::map<runtime::ModuleId, std::string> settings) {
    return message_of(apply_settings({{"local:a", {.settings = std::move(settings)}}}, app));
  }
};

TEST_F(SettingsTest, AreGivenToTheModuleThatTakesThem) {
  auto taking = app(concat(", ", kDays));
  EXPECT_EQ(set(taking, {{"api", R"({"days":7})"}}), "none");
  EXPECT_EQ(taking.modules[0].settings, R"({"days":7})");
  EXPECT_EQ(taking.modules[0].config, "{}");
}

TEST_F(SettingsTest, AreAnEmptyObjectWhereNobodySetAny) {
  auto none = app("");
  EXPECT_EQ(set(none, {}), "none");
  EXPECT_EQ(none.modules[0].settings, "{}");
  EXPECT_EQ(message_of(apply_settings({}, none)), "none");
}

TEST_F(SettingsTest, KeepToTheSchema) {
  auto taking = app(concat(", ", kDays));
  EXPECT_THAT(set(taking, {{"api", R"({"days":"x"})"}}),
              HasSubstr(R"([apps."local:a".settings."api"]: /days: expected a value of type)"));
  EXPECT_THAT(set(taking, {{"api", R"({"days":1,"hours":2})"}}), HasSubstr("/hours"));
  auto missing = app(concat(", ", kDays));
  EXPECT_THAT(set(missing, {}),
              HasSubstr(R"([apps."local:a".settings."api"]: the module needs settings: )"
                        R"(the whole of it: 'days' is missing)"));
}

TEST_F(SettingsTest, ThatNobodyTakesAreToldAllAtOnce) {
  auto none = app("");
  const auto error = set(none, {{"api", "{}"}, {"web", "{}"}});
  EXPECT_THAT(error, HasSubstr(R"(settings."api"]: the module takes no settings)"));
  EXPECT_THAT(error, HasSubstr(R"(settings."web"]: the app has no such module; it has: api)"));
}

TEST_F(SettingsTest, OfAPackagedModuleKeepToItsSchemaAndToTheApps) {
  write_file(path("module/module.json"),
             concat(R"({"name": "m", "version": "1.0.0", "component": "a.wasm", )", kDays, "}"));
  write_file(path("module/a.wasm"), "component");
  ASSERT_TRUE(package_module(path("module"), path("app/m.hmod"), kComponent));
  write_file(path("app/app.json"),
             R"({"name": "a", "version": "1.0.0", "modules": [{"component": "m.hmod", "id": "api",
                 "settings_schema": {"properties": {"days": {"maximum": 31}}}}]})");
  ASSERT_TRUE(package_app(path("app"), path("a.happ"), {}, kComponent));
  const auto with = [&](std::string settings) {
    auto loaded = load_app(path("a.happ"), {path("home"), {}, kComponent, kNow, true});
    EXPECT_TRUE(loaded) << message_of(loaded);
    return message_of(
        apply_settings({{"unsigned:a", {.settings = {{"api", std::move(settings)}}}}}, *loaded));
  };
  EXPECT_EQ(with(R"({"days":7})"), "none");
  EXPECT_THAT(with(R"({"days":32})"), HasSubstr("/days"));
  EXPECT_THAT(with(R"({})"), HasSubstr("'days' is missing"));
}

TEST_F(SettingsTest, HaveASchemaThatIsOne) {
  write_file(path("app/app.json"),
             R"({"name": "a", "version": "1.0.0", "modules": [{"component": "a.wasm",
"settings_schema": {"tipe": 1}}]})");
  EXPECT_THAT(message_of(read_app(path("app"), {}, kComponent)),
              HasSubstr("/modules/0/settings_schema/tipe: the keyword 'tipe' is not known"));
  EXPECT_THAT(message_of(package_app(path("app"), path("a.happ"), {}, kComponent)),
              HasSubstr("/modules/0/settings_schema/tipe: the keyword 'tipe' is not known"));
}

}  // namespace
}  // namespace hermes::package
