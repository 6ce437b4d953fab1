// What scripts read: `-o json` of what tells something about packages, trust and apps that run.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/strings.h"
#include "testing/program/app_folder.h"
#include "testing/program/hermes_program.h"
#include "testing/program/packages_fixture.h"

namespace hermes::testing {
namespace {

using ::testing::HasSubstr;

/// An answer, of which members are named by their path: "signers/0/subject".
class Told {
 public:
  explicit Told(const std::string& text) : document_(json::Document::parse(text, "the answer")) {
    if (!document_) throw std::runtime_error(concat(document_.error().message(), ": ", text));
  }

  /// As JSON; empty where there is none.
  std::string operator[](std::string_view path) const {
    const auto* value = &document_->root();
    for (const auto name : split(path, '/')) {
      value = value->kind() == json::Value::Kind::Array ? element(*value, name) : value->find(name);
      if (value == nullptr) return {};
    }
    return value->compact();
  }

 private:
  static const json::Value* element(const json::Value& array, std::string_view number) {
    const auto all = *array.array();
    const auto at = static_cast<std::size_t>(std::atoi(std::string(number).c_str()));
    return at < all.size() ? &all[at] : nullptr;
  }

  Result<json::Document> document_;
};

class Scripts : public PackagesFixture {
 protected:
  Told ask(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"-o", "json"});
    return Told(done(arguments));
  }
};

TEST_F(Scripts, ReadWhatIsInAPackage) {
  const auto app = app_of_guest("cron_script", R"(, "permissions": ["cron"])");
  const auto file = signed_package(app.path(), "script.happ");
  const auto inspected = ask({"app", "inspect", file});
  EXPECT_EQ(inspected["kind"], R"("app")");
  EXPECT_EQ(inspected["name"], R"("cron-script")");
  EXPECT_EQ(inspected["signers/0/subject"], R"("CN=Ada")");
  EXPECT_EQ(inspected["signers/0/trusted"], "true");
  EXPECT_EQ(inspected["permissions"], R"({"granted":[],"denied":["cron"]})");
  EXPECT_EQ(inspected["limits/memory_bytes"], "134217728");
  EXPECT_EQ(inspected["limits/sqlite_bytes"], "");
  EXPECT_THAT(inspected["modules/0/imports"], HasSubstr(R"("hermes:cron/api#add")"));
  EXPECT_THAT(inspected["modules/0/exports"], HasSubstr(R"("hermes:cron/event#on-cron")"));
  EXPECT_EQ(inspected["files/0/path"], R"("app.json")");

  const auto verified = ask({"app", "verify", file});
  EXPECT_EQ(verified["digest"], inspected["digest"]);
  EXPECT_EQ(verified["signers"], inspected["signers"]);
  EXPECT_EQ(ask({"trust", "list"})["trusted/0/certificate"], inspected["signers/0/certificate"]);

  std::ofstream(path("hermes.toml")) << "[apps." << inspected["id"]
                                     << "]\npermissions = [\"cron\"]\nsqlite_bytes = "
                                        "5000\nkeys_bytes = 6000\nfiles_bytes = 7000\n";
  const auto granted = ask({"app", "inspect", file, "--config", path("hermes.toml")});
  EXPECT_EQ(granted["permissions"], R"({"granted":["cron"],"denied":[]})");
  EXPECT_EQ(granted["limits/sqlite_bytes"], "5000");
  EXPECT_EQ(granted["limits/keys_bytes"], "6000");
  EXPECT_EQ(granted["limits/files_bytes"], "7000");
}

TEST_F(Scripts, ReadWhatIsInAModule) {
  const AppFolder module("{}", {"echo"});
  module.write("module.json", R"({"name": "echo", "version": "2.0.0", "component": "echo.wasm"})");
  const auto file = path("echo.hmod");
  done({"module", "package", module.path(), "-o", file});
  make_key("Ada");
  done({"trust", "add", path("Ada.pem")});
  done({"module", "sign", file, "--key", path("Ada.key"), "--cert", path("Ada.pem")});
  const auto inspected = ask({"module", "inspect", file});
  EXPECT_EQ(inspected["kind"], R"("module")");
  EXPECT_EQ(inspected["version"], R"("2.0.0")");
  EXPECT_EQ(inspected["config"], "{}");
  EXPECT_THAT(inspected["modules/0/exports"], HasSubstr("hermes:http-gateway/event#reply"));
  const auto verified = ask({"module", "verify", file});
  EXPECT_EQ(verified["digest"], inspected["digest"]);
  EXPECT_EQ(verified["signers/0/role"], R"("author")");
}

TEST_F(Scripts, ReadWhatBecameOfAnApp) {
  const auto app = app_of_guest("sleep");
  HermesProgram program({"run", example_app("hello")}, path("home"));
  program.wait_for_app("hello");
  const auto loaded = ask({"ctl", "load", app.path()});
  EXPECT_EQ(loaded["ok"], "true");
  EXPECT_EQ(loaded["app/app"], R"("local:sleep")");
  EXPECT_EQ(loaded["app/generation"], "1");
  EXPECT_EQ(ask({"ctl", "reload", "sleep"})["app/generation"], "2");
  EXPECT_EQ(ask({"ctl", "list"})["apps/1/name"], R"("sleep")");
  EXPECT_EQ(ask({"ctl", "status"})["apps/1/generation"], "2");
  EXPECT_EQ(ask({"ctl", "reload-config"})["changed"], "[]");
  EXPECT_EQ(ask({"ctl", "unload", "sleep"})["app/phase"], R"("stopped")");
  EXPECT_EQ(ask({"ctl", "remove", "hello", "--purge"})["purged"], "true");
  EXPECT_EQ(ask({"ctl", "list"})["apps"], "[]");
  EXPECT_EQ(ask({"ctl", "stop"})["ok"], "true");
  EXPECT_EQ(program.process().wait(), 0);
}

}  // namespace
}  // namespace hermes::testing
