// What whoever runs an app lets it do and have, and what becomes of what it does not get.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "testing/program/app_folder.h"
#include "testing/program/hermes_program.h"

namespace hermes::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class GrantsTest : public ::testing::Test {
 protected:
  void configure(std::string_view text) const { folder_.write("hermes.toml", text); }
  std::string path(std::string_view name) const { return concat(folder_.path(), "/", name); }

  // `hermes run` with the configuration, in a home that the test's engines share.
  HermesProgram run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "run");
    arguments.insert(arguments.end(), {"--config", path("hermes.toml")});
    return HermesProgram(std::move(arguments), home_.path());
  }
  std::string done(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--home", home_.path().string()});
    const auto ended = hermes_command(arguments);
    EXPECT_EQ(ended.code, 0) << arguments[0] << ' ' << arguments[1] << ": " << ended.output;
    return ended.output;
  }

  // A package of the app, which this person has signed and everybody here trusts; returns its id.
  std::string package(const AppFolder& app, const std::string& name, const std::string& author,
                      const std::string& output) const {
    done({"app", "package", app.path(), "-o", path(output)});
    if (keys_.insert(author).second) {
      done({"key", "generate", author, "-o", path(author)});
      done({"trust", "add", path(author + ".pem")});
    }
    done({"app", "sign", path(output), "--key", path(author + ".key"), "--cert",
          path(author + ".pem")});
    const auto shown = done({"app", "inspect", path(output)});
    const auto at = shown.find("id ") + 3;
    EXPECT_EQ(shown.substr(at, name.size() + 1), name + "@");
    return shown.substr(at, shown.find('\n', at) - at);
  }

  const TemporaryDirectory home_;

 private:
  const AppFolder folder_{"{}"};
  mutable std::set<std::string> keys_;
};

constexpr std::string_view kAsks = R"(, "permissions": ["cron"], "hostnames": ["script.example"])";

TEST_F(GrantsTest, AreNothingForAPackageUntilSomebodyGivesThem) {
  configure("");
  const auto id = package(app_of_guest("cron_script", kAsks), "cron-script", "Ada", "script.happ");
  auto hermes = run({path("script.happ")});
  hermes.wait_for_app("cron-script");
  hermes.process().line_with("it asks for the permission 'cron', which is not granted to it");
  hermes.process().line_with("it asks for the host name 'script.example', which is not granted");
  const auto line = hermes.process().line_with("write into the configuration: ");
  const std::vector<std::string> delay = {"--data", "1000000\ntag"};
  EXPECT_EQ(hermes.curl("cron-script", "/api/delay", delay).status, 502);
  hermes.process().line_with("lacks the permission 'cron', which it asks for and was not granted");
  EXPECT_THAT(hermes.ctl({"list", "-o", "json"}).output,
              AllOf(HasSubstr(R"("denied":["cron"])"),
                    HasSubstr(R"("denied_hostnames":["script.example"])")));
  EXPECT_THAT(hermes.ctl({"reload", "cron-script"}).output,
              HasSubstr("cron-script is not granted the permission cron"));

  const auto table = concat("[apps.\"", id, "\"]");
  const auto grant = line.substr(line.find(table));
  EXPECT_THAT(grant, HasSubstr(R"(permissions = ["cron"] hostnames = ["script.example"])"));
  configure(concat(table, "\npermissions = [\"cron\"]\nhostnames = [\"script.example\"]\n"));
  EXPECT_THAT(hermes.ctl({"reload-config"}).output, HasSubstr("apps has changed"));
  EXPECT_THAT(hermes.ctl({"reload", "cron-script"}).output, Not(HasSubstr("not granted")));
  EXPECT_EQ(hermes.curl("cron-script", "/api/delay", delay).body, "true");
  EXPECT_THAT(hermes.ctl({"list", "-o", "json"}).output,
              AllOf(HasSubstr(R"("denied":[])"), HasSubstr(R"("hostnames":["script.example"])")));
}

TEST_F(GrantsTest, AreShownBeforeAnAppRuns) {
  const auto id = package(app_of_guest("cron_script", kAsks), "cron-script", "Ada", "script.happ");
  configure("");
  const std::vector<std::string> inspect = {"app", "inspect", path("script.happ"), "--config",
                                            path("hermes.toml")};
  EXPECT_THAT(done(inspect), AllOf(HasSubstr("permissions\n  denied   cron\n"),
                                   HasSubstr("host names\n  denied   script.example\n")));
  configure(concat("[apps.\"", id, "\"]\npermissions = [\"cron\"]\nmemory_mib = 5\n"));
  EXPECT_THAT(done(inspect),
              AllOf(HasSubstr("permissions\n  granted  cron\n"), HasSubstr("memory    5 MiB")));
}

TEST_F(GrantsTest, NarrowWhatAnAppMayHave) {
  const auto keys = app_of_guest("kv_script");
  const auto database = app_of_guest("sql_script");
  const auto files = app_of_guest("world");
  const auto memory = app_of_guest("grow");
  const auto time = app_of_guest("loop");
  configure(
      "[apps.\"local:kv-script\"]\nkeys_bytes = 0\n"
      "[apps.\"local:sql-script\"]\nsqlite_bytes = 65536\n"
      "[apps.\"local:world\"]\nfiles_bytes = 100000\n"
      "[apps.\"local:grow\"]\nmemory_mib = 5\n"
      "[apps.\"local:loop\"]\ncpu_ms = 50\n");
  auto hermes = run({keys.path(), database.path(), files.path(), memory.path(), time.path()});
  hermes.wait_for_app("loop");
  EXPECT_EQ(hermes.curl("kv-script", "/api/kv-add/count", {"--data", "s64 1"}).status, 502);
  const auto insert = "CREATE TABLE t (x); INSERT INTO t VALUES (zeroblob(70000))";
  EXPECT_EQ(hermes.curl("sql-script", "/api/file", {"--data", insert}).body, "sqlite(13)");
  files.write("body", std::string(200'000, 'x'));
  const std::vector<std::string> body = {"--data-binary", concat("@", files.path(), "/body")};
  EXPECT_EQ(hermes.curl("world", "/api/write//var/a", body).body, "No space left on device");
  EXPECT_LE(std::stoi(hermes.curl("grow", "/api/").body), 5);
  EXPECT_EQ(hermes.curl("loop", "/api/").status, 504);
  hermes.process().line_with("out of time: the call used its 50 ms of CPU");
}

TEST_F(GrantsTest, OfOneAuthorAreNotThoseOfAnother) {
  const auto app = app_of_guest("cron_script", kAsks);
  const auto ada = package(app, "cron-script", "Ada", "ada.happ");
  const auto eve = package(app, "cron-script", "Eve", "eve.happ");
  EXPECT_NE(ada, eve);
  configure(concat("[apps.\"", ada, "\"]\npermissions = [\"cron\"]\n"));
  auto hermes = run({path("eve.happ"), path("ada.happ")});
  hermes.wait_for_app("cron-script");
  hermes.process().line_with("it asks for the permission 'cron', which is not granted to it");
  EXPECT_THAT(hermes.process().line_with("is named 'cron-script' too"),
              AllOf(HasSubstr(ada), HasSubstr(eve)));
  EXPECT_THAT(hermes.ctl({"load", path("ada.happ")}).output, HasSubstr("unload that one first"));
}

TEST_F(GrantsTest, AndDataPassToWhomAnAppIsHandedOver) {
  const auto first = app_of_guest("kv_script", R"(, "kv": {"persistent": true})");
  configure("");
  const auto id = package(first, "kv-script", "Ada", "ada.happ");
  EXPECT_NE(package(first, "kv-script", "Bob", "stolen.happ"), id);
  done({"app", "hand-over", "kv-script", "--key", path("Ada.key"), "--cert", path("Ada.pem"),
        "--to", path("Bob.pem"), "-o", path("bob.handover")});
  const auto next =
      app_of_guest("kv_script", R"(, "kv": {"persistent": true}, "description": "B")");
  done({"app", "package", next.path(), "-o", path("bob.happ")});
  done({"app", "sign", path("bob.happ"), "--key", path("Bob.key"), "--cert", path("Bob.pem"),
        "--hand-over", path("bob.handover")});
  EXPECT_THAT(done({"app", "inspect", path("bob.happ")}), HasSubstr(concat("id ", id, "\n")));

  const auto count = [](HermesProgram& hermes) {
    return hermes.curl("kv-script", "/api/kv-add/count", {"--data", "s64 1"}).body;
  };
  auto hermes = run({path("ada.happ")});
  hermes.wait_for_app("kv-script");
  EXPECT_EQ(count(hermes), "none");
  const auto stolen = hermes.ctl({"load", path("stolen.happ")});
  EXPECT_EQ(stolen.code, 1) << stolen.output;
  EXPECT_THAT(hermes.ctl({"load", path("bob.happ")}).output, HasSubstr("generation 2"));
  EXPECT_EQ(count(hermes), "s64 1");

  // By itself it runs, and finds nothing of the other author's.
  EXPECT_EQ(hermes.ctl({"unload", "kv-script"}).code, 0);
  EXPECT_EQ(hermes.ctl({"load", path("stolen.happ")}).code, 0);
  EXPECT_EQ(count(hermes), "none");
}

TEST_F(GrantsTest, OfAHostNameAreForOneApp) {
  configure("");
  const auto sleep = app_of_guest("sleep", R"(, "hostnames": ["a.example"])");
  const auto echo = app_of_guest("echo", R"(, "hostnames": ["a.example", "b.example"])");
  auto hermes = run({sleep.path()});
  hermes.wait_for_app("sleep");
  const auto refused = hermes.ctl({"load", echo.path()});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.output,
              HasSubstr("app 'echo': the app 'sleep' has the host name 'a.example'"));
  configure("[apps.\"local:echo\"]\nhostnames = [\"b.example\"]\n");
  EXPECT_EQ(hermes.ctl({"reload-config"}).code, 0);
  EXPECT_THAT(hermes.ctl({"load", echo.path()}).output,
              HasSubstr("echo is not granted the host name a.example"));
}

}  // namespace
}  // namespace hermes::testing
