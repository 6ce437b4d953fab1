// Limits of what an app keeps, as its guests meet them: keys, databases, entries of cron.

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "base/strings.h"
#include "testing/program/refusals_fixture.h"

namespace hermes::testing {
namespace {

class DataRefusals : public RefusalsFixture {
 protected:
  void start_databases(std::string_view limits) {
    start(databases_, "sql-script", concat("[limits]\n", limits));
  }

 private:
  const AppFolder databases_ = app_of_guest("sql_script");
};

std::string insert_blobs(int number, int size) {
  std::string sql = "CREATE TABLE t (x);";
  for (int i = 0; i < number; ++i) sql += concat("INSERT INTO t VALUES (zeroblob(", size, "));");
  return sql;
}

TEST_F(DataRefusals, OfKeys) {
  const auto app = app_of_guest("kv_script");
  start(app, "kv-script", "[limits]\nkv_mib = 1\n");
  const auto value = concat("string ", std::string(600'000, 'x'));
  EXPECT_EQ(ask("/kv-set/a", value).status, 200);
  EXPECT_EQ(ask("/kv-set/b", value).status, 502);
  expect_refused("keys", 1, "the app's keys and values would take more than");
}

TEST_F(DataRefusals, OfADatabaseThatIsFull) {
  start_databases("sqlite_mib = 1\n");
  EXPECT_EQ(tell("/file", insert_blobs(4, 290'000)), "sqlite(13)");
  expect_refused("database", 1, "a write to the database was refused");
}

TEST_F(DataRefusals, OfValuesOfADatabase) {
  start_databases("sqlite_value_bytes = 300000\n");
  EXPECT_EQ(tell("/file", insert_blobs(1, 310'000)), "sqlite(18)");
  expect_refused("database_value", 1, "a value of a database is larger");
}

TEST_F(DataRefusals, OfMemoryOfDatabases) {
  start_databases("sqlite_memory_mib = 4\n");
  EXPECT_EQ(tell("/memory",
                 "CREATE TABLE t AS WITH RECURSIVE c(x) AS (SELECT 1 UNION SELECT x + 1 FROM c) "
                 "SELECT count(*) FROM c"),
            "sqlite(7)");
  expect_refused("database_memory", 1, "the databases that the app has open take what memory");
}

TEST_F(DataRefusals, OfDatabasesThatAreOpen) {
  const auto app = app_of_guest("leak");
  start(app, "leak", "[limits]\nsqlite_connections = 5\n");
  EXPECT_EQ(tell("/"), "it was told that there are too many");
  expect_refused("databases", 1, "a database was not opened");
}

TEST_F(DataRefusals, OfEntriesOfCron) {
  const auto app = app_of_guest("cron_script", R"(, "permissions": ["cron"])");
  start(app, "cron-script", "[limits]\ncron_entries = 1\n");
  EXPECT_EQ(tell("/add", "0 0 1 1 *\none\nagain"), "true");
  EXPECT_EQ(tell("/add", "0 0 1 1 *\ntwo\nagain"), "false");
  expect_refused("cron_entries", 1, "a cron entry was refused");
}

}  // namespace
}  // namespace hermes::testing
