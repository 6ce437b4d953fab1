// What apps keep on disk, when the engine is killed.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <string>

#include "base/strings.h"
#include "testing/program/app_folder.h"
#include "testing/program/hermes_program.h"
#include "testing/program/small_disk.h"

namespace hermes::testing {
namespace {

TEST(Keys, PersistentOnesOutliveAKill) {
  const TemporaryDirectory home;
  const auto app = app_of_guest("kv_script", R"(, "kv": {"persistent": true})");
  for (int round = 0; round < 3; ++round) {
    HermesProgram hermes({"run", app.path()}, home.path());
    hermes.wait_for_app("kv-script");
    const auto before = hermes.curl("kv-script", "/api/kv-add/count", {"--data", "s64 1"});
    EXPECT_EQ(before.body, round == 0 ? "none" : concat("s64 ", round * 2));
    hermes.curl("kv-script", "/api/kv-add/count", {"--data", "s64 1"});
    hermes.process().signal(SIGKILL);
    EXPECT_EQ(hermes.process().wait(), 128 + SIGKILL);
  }
}

TEST(Keys, OthersEndWithTheApp) {
  const TemporaryDirectory home;
  const auto app = app_of_guest("kv_script");
  for (int round = 0; round < 2; ++round) {
    HermesProgram hermes({"run", app.path()}, home.path());
    hermes.wait_for_app("kv-script");
    EXPECT_EQ(hermes.curl("kv-script", "/api/kv-add/count", {"--data", "s64 1"}).body, "none");
  }
}

TEST(Databases, OutliveAKill) {
  const TemporaryDirectory home;
  const auto app = app_of_guest("sql_script");
  const auto run = [](HermesProgram& hermes, const std::string& sql) {
    return hermes.curl("sql-script", "/api/file", {"--data", sql}).body;
  };
  {
    HermesProgram hermes({"run", app.path()}, home.path());
    hermes.wait_for_app("sql-script");
    EXPECT_EQ(run(hermes, "CREATE TABLE t (x); INSERT INTO t VALUES (1)"), "done");
    EXPECT_EQ(run(hermes, "BEGIN; INSERT INTO t VALUES (2)"), "done") << "but does not commit";
    hermes.process().signal(SIGKILL);
    hermes.process().wait();
  }
  HermesProgram hermes({"run", app.path()}, home.path());
  hermes.wait_for_app("sql-script");
  EXPECT_EQ(run(hermes, "CREATE TABLE u AS SELECT count(*) AS n FROM t"), "done");
  EXPECT_EQ(run(hermes, "INSERT INTO t SELECT 1 / (n = 1) FROM u"), "done");
  EXPECT_EQ(run(hermes, "CREATE UNIQUE INDEX i ON t (x)"), "sqlite(19)") << "both are 1";
}

// What is written fails alone; what was written before stays, and there is room for less.
TEST(Databases, AndKeysOutliveAFullDisk) {
  const TemporaryDirectory home;
  const auto databases = app_of_guest("sql_script");
  const auto keys = app_of_guest("kv_script", R"(, "kv": {"persistent": true})");
  HermesProgram hermes({"run", databases.path(), keys.path()}, home.path(),
                       with_disk_of("4m", home.path()));
  hermes.wait_for_app("kv-script");
  const auto run = [&](const std::string& sql) {
    return hermes.curl("sql-script", "/api/file", {"--data", sql}).body;
  };
  const auto key = [&](const std::string& path, const std::string& value) {
    return hermes.curl("kv-script", concat("/api/", path), {"--data", value});
  };
  EXPECT_EQ(run("CREATE TABLE t (x); INSERT INTO t VALUES (1)"), "done");
  EXPECT_EQ(key("kv-set/key", "string before").status, 200);

  EXPECT_EQ(run("INSERT INTO t VALUES (zeroblob(6000000))"), "sqlite(13)");
  EXPECT_EQ(key("kv-set/key", concat("string ", std::string(100'000, 'x'))).status, 502);
  EXPECT_EQ(key("kv-get/key", "").body, "string before");

  EXPECT_EQ(run("INSERT INTO t VALUES (2)"), "done");
  EXPECT_EQ(run("CREATE TABLE u (x CHECK (x = 3)); INSERT INTO u SELECT sum(x) FROM t"), "done");
}

}  // namespace
}  // namespace hermes::testing
