// What whoever runs an app sets for its modules, and that it keeps to what they take.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "base/strings.h"
#include "testing/program/app_folder.h"
#include "testing/program/hermes_program.h"

namespace hermes::testing {
namespace {

using ::testing::HasSubstr;

constexpr auto kManifest =
    R"({"name": "world", "version": "1.0.0", "modules": [{"component": "world.wasm",
        "settings_schema": {"properties": {"days": {"type": "integer"}, "mail": {"type": "object"}},
                            "required": ["days"], "additionalProperties": false}}]})";

class ModuleSettings : public ::testing::Test {
 protected:
  std::string config() const { return concat(app_.path(), "/hermes.toml"); }
  void configure(std::string_view text) const { app_.write("hermes.toml", text); }
  static std::string read(HermesProgram& hermes) {
    return hermes.curl("world", "/api/read//etc/settings/world.json", {"--path-as-is"}).body;
  }

  const AppFolder app_{kManifest, {"world"}};
};

TEST_F(ModuleSettings, AreAFileThatTheModuleReads) {
  configure(R"([apps."local:world".settings.world]
days = 7
mail = { to = ["ada@a.example"], copies = 1.5, now = true }
)");
  HermesProgram hermes({"run", app_.path(), "--config", config()});
  hermes.wait_for_app("world");
  EXPECT_EQ(read(hermes), R"({"days":7,"mail":{"copies":1.5,"now":true,"to":["ada@a.example"]}})");

  configure("[apps.\"local:world\".settings.world]\ndays = 8\n");
  EXPECT_THAT(hermes.ctl({"reload-config"}).output, HasSubstr("apps has changed"));
  EXPECT_EQ(hermes.ctl({"reload", "world"}).code, 0);
  EXPECT_EQ(read(hermes), R"({"days":8})");

  configure("[apps.\"local:world\".settings.world]\ndays = \"x\"\n");
  EXPECT_EQ(hermes.ctl({"reload-config"}).code, 0);
  const auto refused = hermes.ctl({"reload", "world"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(
      refused.output,
      HasSubstr(R"([apps."local:world".settings."world"]: /days: expected a value of type)"));
  EXPECT_EQ(read(hermes), R"({"days":8})") << "the version before serves on";
}

TEST_F(ModuleSettings, ThatAreMissingOrNotTakenKeepAnAppFromStarting) {
  const auto error = [&](std::string_view text) {
    configure(text);
    const auto ended = hermes_run({app_.path(), "--config", config()});
    EXPECT_EQ(ended.code, 1);
    return ended.output;
  };
  EXPECT_THAT(error(""),
              HasSubstr("the module needs settings: the whole of it: 'days' is missing"));
  EXPECT_THAT(error("[apps.\"local:world\".settings.world]\ndays = 1\nhours = 2\n"),
              HasSubstr("/hours"));
  EXPECT_THAT(error("[apps.\"local:world\".settings.web]\n"),
              HasSubstr("settings.\"web\"]: the app has no such module; it has: world"));
}

TEST_F(ModuleSettings, ThatAreNoJsonAreAnErrorOfTheConfiguration) {
  configure("[apps.\"local:world\".settings.world]\ndays = 2026-01-01\n");
  const auto ended = hermes_run({app_.path(), "--config", config()});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.output, HasSubstr("hermes.toml:2:8: there are no dates in JSON"));
}

}  // namespace
}  // namespace hermes::testing
