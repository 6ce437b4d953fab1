#include "extensions/sqlite/sqlite.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "testing/engine/temporary_directory.h"
#include "testing/extension_fixture.h"
#include "wit/hermes/sqlite.h"

namespace hermes::sqlite {
namespace {

using namespace std::chrono_literals;
using hermes::testing::ExtensionFixture;

class SqliteTest : public ExtensionFixture {
 protected:
  void SetUp() override { ASSERT_TRUE(extension->app_started({.id = "app"})); }

  static runtime::CallContext long_call(runtime::App app = {.id = "app"}) {
    app.limits = {.cpu = 1h, .wall = 1h};
    return runtime::CallContext({.app = std::make_shared<const runtime::App>(std::move(app)),
                                 .module = "module",
                                 .deadline = std::chrono::steady_clock::now() + 1h});
  }
  static runtime::App app_with(const std::string& manifest) {
    return {.id = "app", .manifest = *json::Document::parse(manifest, "app.json")};
  }

  bool executes(std::string_view sql) {
    auto database = *sqlite.open(context, false, false);
    if (!database.has_value()) return false;
    const auto executed = *(*database)->execute(context, sql);
    return executed.has_value();
  }

  hermes::testing::TemporaryDirectory home;
  std::unique_ptr<runtime::Extension> extension = make(home.path());
  wit::sqlite::Api& sqlite = imports<wit::sqlite::Api>(*extension);
  runtime::CallContext context = long_call();
};

TEST_F(SqliteTest, TrapsForAnAppThatHasStopped) {
  extension->app_stopped("app");
  EXPECT_EQ(sqlite.open(context, false, false).error().message(), "open: the app has stopped");
}

TEST_F(SqliteTest, RefusesAManifestThatAsksForWhatItCannotHave) {
  for (const auto* manifest :
       {R"({"sqlite": {"database_bytes": 1}})", R"({"sqlite": {"database_bytes": 1073741825}})",
        R"({"sqlite": {"bytes": 10000}})", R"({"sqlite": 1})"}) {
    EXPECT_FALSE(extension->app_started(app_with(manifest))) << manifest;
  }
}

TEST_F(SqliteTest, ANewGenerationBringsItsLimit) {
  ASSERT_TRUE(executes("CREATE TABLE t (x)"));
  const auto small = app_with(R"({"sqlite": {"database_bytes": 65536}})");
  ASSERT_TRUE(extension->app_changed({.id = "app"}, small));
  EXPECT_FALSE(executes("INSERT INTO t VALUES (zeroblob(100000))"));
  ASSERT_TRUE(extension->app_changed(small, {.id = "app"}));
  EXPECT_TRUE(executes("INSERT INTO t VALUES (zeroblob(100000))"));
}

TEST_F(SqliteTest, TheLogThatReadersFilledIsShortOnceTheyAreGone) {
  const auto small = app_with(R"({"sqlite": {"database_bytes": 4194304}})");
  ASSERT_TRUE(extension->app_changed({.id = "app"}, small));
  const auto pages = home.path() / "data/app/sqlite.db-wal";
  const auto write = "UPDATE t SET x = randomblob(1000000)";
  ASSERT_TRUE(executes("CREATE TABLE t (x); INSERT INTO t VALUES (1)"));
  {
    auto reader = *sqlite.open(context, true, false);
    auto row = *(*reader)->prepare(context, "SELECT x FROM t");
    ASSERT_TRUE((*row)->step(context)->has_value());
    for (int i = 0; i < 100 && executes(write); ++i) continue;
    EXPECT_FALSE(executes(write));
    EXPECT_GT(std::filesystem::file_size(pages), 16'000'000U);
  }
  EXPECT_TRUE(executes(write));
  EXPECT_LT(std::filesystem::file_size(pages), 2'000'000U);
}

TEST_F(SqliteTest, AConnectionMayOutliveItsApp) {
  auto database = *sqlite.open(context, false, false);
  extension->app_stopped("app");
  EXPECT_TRUE((*database)->execute(context, "CREATE TABLE t (x)")->has_value());
}

TEST_F(SqliteTest, AnAppsIdIsNoPath) {
  for (const auto* id : {"..", "../other", "a/b", ".", "local:x y"}) {
    ASSERT_TRUE(extension->app_started({.id = id}));
    auto call_of_it = long_call({.id = id});
    EXPECT_TRUE(sqlite.open(call_of_it, false, false)->has_value()) << id;
    extension->app_stopped(id);
  }
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(home.path() / "data")) {
    names.push_back(entry.path().filename());
  }
  EXPECT_THAT(names, ::testing::UnorderedElementsAre("%2e%2e", "%2e%2e%2fother", "a%2fb", "%2e",
                                                     "local:x%20y"));
}

}  // namespace
}  // namespace hermes::sqlite
