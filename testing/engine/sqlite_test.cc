// hermes:sqlite in a real engine, row by row of what it promises.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "testing/engine/sqlite_fixture.h"
#include "wit/hermes/integration_test.h"

namespace hermes::testing {
namespace {

using RunTest = wit::integration_test::Test;

class SqliteTest : public SqliteFixture {};

TEST_F(SqliteTest, WhatAGuestSeesOfDatabasesStatementsAndValues) {
  constexpr std::uint32_t kFacts = 22;
  start_sqlite();
  start_app(app_of("facts", {"sql_facts"}));
  std::uint32_t number = 0;
  while (const auto fact = expect(ask("facts", RunTest{number, true}))) {
    EXPECT_TRUE(fact->status) << fact->name;
    ++number;
  }
  EXPECT_EQ(number, kFacts);
}

TEST_F(SqliteTest, AnAppHasOneFileThatItsCallsShare) {
  start_sqlite();
  start_script("app");
  EXPECT_EQ(execute("CREATE TABLE t (x); INSERT INTO t VALUES (1), ('two')"), "done");
  EXPECT_EQ(query("SELECT x FROM t"), "int32 1\ntext two\n");
  EXPECT_TRUE(std::filesystem::exists(directory_of("app") / "sqlite.db"));
  EXPECT_TRUE(std::filesystem::exists(directory_of("app") / "sqlite.db-wal")) << "it has a log";
}

TEST_F(SqliteTest, AnAppFindsItsFileAgain) {
  start_sqlite();
  start_script("app");
  EXPECT_EQ(execute("CREATE TABLE t (x); INSERT INTO t VALUES (1)"), "done");
  expect(engine->stop_app("local:app"));
  EXPECT_FALSE(std::filesystem::exists(directory_of("app") / "sqlite.db-wal")) << "it is closed";
  start_script("app");
  EXPECT_EQ(query("SELECT x FROM t"), "int32 1\n");
}

TEST_F(SqliteTest, TwoAppsSeeOnlyTheirOwn) {
  start_sqlite();
  start_script("one");
  start_script("two");
  EXPECT_EQ(execute("CREATE TABLE t (x); INSERT INTO t VALUES (1)", "/file", "one"), "done");
  EXPECT_EQ(query("SELECT x FROM t", "/file", "two"), "sqlite(1)");
  EXPECT_EQ(execute("CREATE TABLE t (x); INSERT INTO t VALUES (2)", "/file", "two"), "done");
  EXPECT_EQ(query("SELECT x FROM t", "/file", "one"), "int32 1\n");
  EXPECT_EQ(query("SELECT x FROM t", "/file", "two"), "int32 2\n");
}

TEST_F(SqliteTest, ADatabaseInMemoryIsGoneWithTheCall) {
  start_sqlite();
  start_script("app");
  EXPECT_EQ(execute("CREATE TABLE t (x)", "/memory"), "done");
  EXPECT_EQ(query("SELECT x FROM t", "/memory"), "sqlite(1)");
  EXPECT_FALSE(std::filesystem::exists(directory_of("app"))) << "nothing is written";
}

TEST_F(SqliteTest, ReadonlyOpensExistingFilesOnly) {
  start_sqlite();
  start_script("app");
  EXPECT_EQ(query("SELECT 1", "/readonly"), "failed-opening-database");
  EXPECT_FALSE(std::filesystem::exists(directory_of("app")));
  EXPECT_EQ(execute("CREATE TABLE t (x); INSERT INTO t VALUES (1)"), "done");
  EXPECT_EQ(query("SELECT x FROM t", "/readonly"), "int32 1\n");
  EXPECT_EQ(execute("INSERT INTO t VALUES (2)", "/readonly"), "sqlite(8)");
}

TEST_F(SqliteTest, AnOpenTransactionEndsWithItsCall) {
  start_sqlite();
  start_script("app");
  EXPECT_EQ(execute("CREATE TABLE t (x)"), "done");
  EXPECT_EQ(execute("BEGIN; INSERT INTO t VALUES (1)"), "done");
  EXPECT_EQ(query("SELECT count(*) FROM t"), "int32 0\n");
  EXPECT_EQ(execute("INSERT INTO t VALUES (2)"), "done") << "nobody holds a lock";
}

TEST_F(SqliteTest, ParallelWritersLoseNothing) {
  constexpr int kWrites = 200;
  start_sqlite();
  start_script("app");
  EXPECT_EQ(execute("CREATE TABLE t (n); INSERT INTO t VALUES (0)"), "done");
  std::vector<std::future<Heard<Reply>>> writes(kWrites);
  for (auto& write : writes) write = begin("EXECUTE", "UPDATE t SET n = n + 1");
  for (auto& write : writes) EXPECT_EQ(text(within_patience(write)), "done");
  EXPECT_EQ(query("SELECT n FROM t"), "int32 200\n");
}

TEST_F(SqliteTest, AFullDatabaseIsSqlite13) {
  start_sqlite();
  start_script("app", R"({"sqlite": {"database_bytes": 65536}})");
  EXPECT_EQ(execute("CREATE TABLE t (x)"), "done");
  EXPECT_EQ(execute("INSERT INTO t VALUES (zeroblob(70000))"), "sqlite(13)");
  EXPECT_EQ(execute("INSERT INTO t VALUES (zeroblob(10000))"), "done") << "there is room for less";
}

TEST_F(SqliteTest, TheLimitOfTheManifestOnlyLowers) {
  start_sqlite({.database_bytes = 1 << 20});
  auto app = app_of("app", {"sql_script"});
  app.manifest = expect(json::Document::parse(R"({"sqlite": {"database_bytes": 1048577}})", "a"));
  EXPECT_FALSE(engine->start_app(std::move(app)).has_value());
}

TEST_F(SqliteTest, VacuumStaysInTheDatabase) {
  start_sqlite();
  start_script("app");
  EXPECT_EQ(execute("CREATE TABLE t (x); INSERT INTO t VALUES (zeroblob(100000)); DELETE FROM t"),
            "done");
  EXPECT_EQ(execute("VACUUM"), "done");
  EXPECT_EQ(query("SELECT count(*) FROM t"), "int32 0\n");
}

}  // namespace
}  // namespace hermes::testing
