// What goes wrong in SQL, or takes too long or too much, fails one function or one call.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "testing/engine/sqlite_fixture.h"
#include "testing/engine/usage.h"

namespace hermes::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr auto kEndless =
    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c";

class SqliteFaultsTest : public SqliteFixture {
 protected:
  void expect_the_app_to_run() {
    EXPECT_EQ(execute("CREATE TABLE IF NOT EXISTS works (x)"), "done");
  }

  /// What would take seconds or minutes, of a call that may take 300 ms.
  void expect_to_end_in_time(std::string_view method, std::string_view sql) {
    if (!engine) start_sqlite();
    start_script("app", "{}", {.cpu = 60s, .wall = 300ms});
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_THAT(text(ask("app", request(method, "/memory", sql))), HasSubstr("300 ms (wall)"));
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 20s);
    expect_the_app_to_run();
    expect(engine->stop_app("local:app"));
  }
};

TEST_F(SqliteFaultsTest, AQueryPastTheWallDeadlineIsInterrupted) {
  start_sqlite();
  start_script("app", "{}", {.cpu = 60s, .wall = 300ms});
  EXPECT_THAT(query(kEndless, "/memory"), HasSubstr("300 ms (wall)"));
  expect_the_app_to_run();
}

// Each takes some milliseconds, and none of them long enough to be looked at.
TEST_F(SqliteFaultsTest, ManyShortStatementsPastTheDeadlineAreInterrupted) {
  std::string script =
      "CREATE TABLE t AS SELECT replace(hex(zeroblob(30000)), '0', 'a') AS x, "
      "replace(hex(zeroblob(499)), '0', 'a') AS y;";
  for (int i = 0; i < 40'000; ++i) script += "SELECT trim(x,y) FROM t;";
  expect_to_end_in_time("EXECUTE", script);
}

TEST_F(SqliteFaultsTest, ManyColumnsAreInterrupted) {
  std::string sql = "SELECT 1";
  for (int i = 0; i < 1'900; ++i) sql += ", length(hex(randomblob(200000)))";
  expect_to_end_in_time("QUERY", sql);
}

TEST_F(SqliteFaultsTest, ALikeOverLongTextIsInterrupted) {
  const auto rest = concat(std::string(490, 'a'), "b'");
  for (const auto& like : {concat("x LIKE '%", rest), concat("x GLOB '*", rest)}) {
    std::string sql = concat("SELECT ", like);
    for (int i = 0; i < 100; ++i) sql += concat(", ", like);
    expect_to_end_in_time(
        "QUERY", concat(sql, " FROM (SELECT replace(hex(zeroblob(4000000)), '0', 'a') AS x)"));
  }
}

// Nothing looks at the time between sums.
TEST_F(SqliteFaultsTest, TheLongerAStatementTheShorterItsValues) {
  config.call_limits = {.cpu = 1h, .wall = 1h};
  start_sqlite();
  start_script("app", "{}", config.call_limits);
  std::string sums = "SELECT x";
  for (int i = 1; i < 20'000; ++i) sums += i % 900 == 0 ? ", x" : "+x";
  const auto query_sums = [&](std::string_view digits) {
    return query(
        concat(sums, " FROM (SELECT replace(hex(zeroblob(", digits, ")), '0', '1') AS x LIMIT 1)"),
        "/memory");
  };
  EXPECT_EQ(query_sums("4000000"), "sqlite(18)");
  EXPECT_EQ(query_sums("1000000"), "sqlite(18)");
  EXPECT_THAT(query_sums("4"), StartsWith("int64 9999999900|"));
  EXPECT_EQ(query("SELECT length(x), x > 0 FROM "
                  "(SELECT replace(hex(zeroblob(4000000)), '0', '1') AS x LIMIT 1)",
                  "/memory"),
            "int32 8000000|int32 1\n");
}

// Nothing can stop SQLite while it prepares a statement.
TEST_F(SqliteFaultsTest, AMegabyteOfConstantsIsPreparedInTime) {
  config.call_limits = {.cpu = 1h, .wall = 1h};
  start_sqlite();
  start_script("app", "{}", config.call_limits);
  std::string sql = "SELECT x";
  for (int i = 1; sql.size() < 999'000; ++i) sql += concat(i % 900 == 0 ? ", x+" : "+", i);
  sql += " FROM (SELECT 1 AS x)";
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_THAT(query(sql, "/memory"), StartsWith("int32 404551|"));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 20s);
}

TEST_F(SqliteFaultsTest, AQueryPastItsCpuIsInterrupted) {
  start_sqlite();
  start_script("app", "{}", {.cpu = 100ms, .wall = 60s});
  EXPECT_THAT(query(kEndless), HasSubstr("100 ms of CPU"));
  expect_the_app_to_run();
}

TEST_F(SqliteFaultsTest, AQueryOfACancelledCallIsInterrupted) {
  config.grace = 0s;
  config.call_limits = {.cpu = 1h, .wall = 1h};
  start_sqlite();
  start_script("app", "{}", config.call_limits);
  auto endless = post("app", request("QUERY", "/memory", kEndless));
  EXPECT_EQ(endless.wait_for(200ms), std::future_status::timeout);
  expect(engine->stop_app("local:app"));
  EXPECT_EQ(within_patience(endless).replies.at(0).error().code(), Code::Stopping);
}

TEST_F(SqliteFaultsTest, AWriterThatHoldsTheLockDelaysNobodyPastTheirDeadline) {
  start_sqlite();
  start_script("app", "{}", {.wall = 400ms});
  EXPECT_EQ(execute("CREATE TABLE t (x)"), "done");
  auto holder = post("app", request("EXECUTE", "/file", concat("BEGIN IMMEDIATE; ", kEndless)));
  auto waiter = post("app", request("EXECUTE", "/file", "INSERT INTO t VALUES (1)"));
  EXPECT_THAT(text(within_patience(holder)), HasSubstr("400 ms"));
  EXPECT_THAT(text(within_patience(waiter)), AnyOf("done", "sqlite(5)", HasSubstr("400 ms")));
  expect_the_app_to_run();
}

TEST_F(SqliteFaultsTest, WaitersForALockLeaveWorkersToOthers) {
  constexpr int kWaiters = 40;  // More than an app has spare threads.
  start_sqlite();
  start_script("app", "{}", {.cpu = 20s, .wall = 3s});
  start_script("other");
  EXPECT_EQ(execute("CREATE TABLE t (x)"), "done");
  auto holder = post("app", request("EXECUTE", "/file", concat("BEGIN IMMEDIATE; ", kEndless)));
  EXPECT_EQ(holder.wait_for(100ms), std::future_status::timeout);
  std::vector<std::future<Heard<Reply>>> waiters(kWaiters);
  for (auto& waiter : waiters) {
    waiter = post("app", request("EXECUTE", "/file", "INSERT INTO t VALUES (1)"));
  }
  EXPECT_EQ(query("SELECT 1", "/memory", "other"), "int32 1\n");
  EXPECT_EQ(holder.wait_for(0s), std::future_status::timeout) << "others did not wait for it";
  for (auto& waiter : waiters) {
    EXPECT_THAT(text(within_patience(waiter)),
                AnyOf("done", "sqlite(5)", HasSubstr("out of time")));
  }
}

TEST_F(SqliteFaultsTest, ReadersDoNotMakeTheLogGrowWithoutEnd) {
  constexpr std::uintmax_t kMostLog = 4'000 * 4'120;  // Pages, and what the log adds to each.
  constexpr int kMegabyte = 1'000'000;
  config.grace = 0s;
  config.call_limits = {.cpu = 1h, .wall = 1h};
  start_sqlite({.database_bytes = 4 << 20});
  start_script("app", "{}", config.call_limits);
  EXPECT_EQ(execute("CREATE TABLE t (x); INSERT INTO t VALUES (1)"), "done");
  auto reader = post("app", request("HOLD", "/file", "SELECT x FROM t"));
  log.wait_for("it holds a row");
  const auto write = concat("UPDATE t SET x = randomblob(", kMegabyte, ")");
  std::string answer = "done";
  for (int i = 0; i < 100 && answer == "done"; ++i) answer = execute(write);
  EXPECT_EQ(answer, "sqlite(13)");
  EXPECT_EQ(execute(write), "sqlite(13)");
  EXPECT_LT(std::filesystem::file_size(directory_of("app") / "sqlite.db-wal"),
            kMostLog + 2 * kMegabyte);
  EXPECT_EQ(query("SELECT length(x) FROM t"), "int32 1000000\n");
  EXPECT_EQ(reader.wait_for(0s), std::future_status::timeout) << "it holds its row";
  expect(engine->stop_app("local:app"));
  within_patience(reader);
}

TEST_F(SqliteFaultsTest, MemoryIsLimited) {
  start_sqlite({.memory_bytes = 4 << 20});
  start_script("app");
  EXPECT_EQ(query("WITH RECURSIVE c(x) AS (SELECT 1 UNION SELECT x + 1 FROM c) "
                  "SELECT count(*) FROM c",
                  "/memory"),
            "sqlite(7)");
  EXPECT_EQ(query("SELECT count(*) FROM (SELECT DISTINCT randomblob(1000000) FROM "
                  "(VALUES (1),(2),(3),(4),(5),(6),(7),(8)))"),
            "sqlite(7)");
  EXPECT_THAT(execute("CREATE TABLE t (x); INSERT INTO t WITH RECURSIVE c(x) AS (SELECT 1 UNION "
                      "ALL SELECT x + 1 FROM c) SELECT zeroblob(1000) FROM c",
                      "/memory"),
              AnyOf("sqlite(7)", "sqlite(13)"));
  expect_the_app_to_run();
}

TEST_F(SqliteFaultsTest, ValuesAndTextsAreLimited) {
  start_sqlite({.value_bytes = 1'000, .sql_bytes = 500});
  start_script("app");
  EXPECT_EQ(query("SELECT zeroblob(1001)"), "sqlite(18)");
  EXPECT_EQ(query("SELECT replace(hex(zeroblob(100)), '0', '123456789')"), "sqlite(18)");
  EXPECT_EQ(query(std::string(501, ' ')), "sqlite(18)");
  EXPECT_EQ(query(concat("SELECT 'a' LIKE '", std::string(400, '%'), "a'")), "int32 1\n");
}

TEST_F(SqliteFaultsTest, ConnectionsAreLimited) {
  start_sqlite({.connections = 5});
  start_app(app_of("leak", {"leak"}));
  start_script("app");
  EXPECT_EQ(text(ask("leak", request("", "", ""))), "it was told that there are too many");
  expect_the_app_to_run();
}

TEST_F(SqliteFaultsTest, RecursionInSqlEndsBeforeTheStack) {
  config.call_limits = {.cpu = 1h, .wall = 1h};  // Sanitizers are slow.
  start_sqlite();
  start_script("app", "{}", config.call_limits);
  std::string chain = "WITH a0(x) AS (SELECT 1)";
  for (int i = 1; i < 20'000; ++i) chain += concat(",a", i, " AS (SELECT * FROM a", i - 1, ")");
  EXPECT_THAT(query(concat(chain, " SELECT * FROM a19999")), StartsWith("sqlite("));

  std::string views = "CREATE TABLE a0 (x); BEGIN;";
  for (int i = 1; i < 5'000; ++i) {
    views += concat("CREATE VIEW a", i, " AS SELECT * FROM a", i - 1, ";");
  }
  EXPECT_EQ(execute(concat(views, "COMMIT")), "done");
  EXPECT_THAT(query("SELECT * FROM a4999"), StartsWith("sqlite("));

  const std::string deep(900, '(');
  EXPECT_THAT(query(concat("SELECT ", deep, "1", std::string(900, ')'))), StartsWith("sqlite("));
  std::string sum = "SELECT 1";
  for (int i = 0; i < 990; ++i) sum += "+1";
  EXPECT_EQ(query(sum), "int32 991\n");
  const std::string json = concat(std::string(1'900, '['), std::string(1'900, ']'));
  EXPECT_EQ(query(concat("SELECT json_valid('", json, "')")), "int32 1\n");
  EXPECT_THAT(query(concat("SELECT count(*) FROM json_tree('", json, "')")),
              AnyOf("int32 1900\n", StartsWith("sqlite(")));
  expect_the_app_to_run();
}

TEST_F(SqliteFaultsTest, AHandleThatIsNoneTraps) {
  start_sqlite();
  start_script("app");
  EXPECT_THAT(text(ask("app", request("STALE", "/file", "SELECT 1"))), HasSubstr("handle"));
  expect_the_app_to_run();
}

TEST_F(SqliteFaultsTest, ADamagedFileIsAnError) {
  start_sqlite();
  std::filesystem::create_directories(directory_of("app"));
  std::ofstream(directory_of("app") / "sqlite.db") << std::string(10'000, 'x');
  start_script("app");
  EXPECT_EQ(query("SELECT 1"), "failed-opening-database");
  EXPECT_EQ(query("SELECT 1", "/memory"), "int32 1\n");
}

TEST_F(SqliteFaultsTest, TenThousandCallsLeaveNothingBehind) {
  constexpr int kCalls = 10'000;
  constexpr std::size_t kAtOnce = 50;
  start_sqlite();
  start_script("other");
  EXPECT_EQ(execute("CREATE TABLE t (n)", "/file", "other"), "done");
  const auto before = Usage::now();
  start_script("app");
  const auto calls = [&](int count) {
    for (int i = 0; i < count; i += static_cast<int>(kAtOnce)) {
      std::vector<std::future<Heard<Reply>>> heard(kAtOnce);
      for (std::size_t j = 0; j < kAtOnce; ++j) {
        const bool fails = j % 10 == 9;
        heard[j] = post("app", request("QUERY", j % 2 == 0 ? "/file" : "/memory",
                                       fails ? "SELECT nonsense" : "SELECT hex(randomblob(99))"));
      }
      for (auto& one : heard) within_patience(one);
    }
  };
  calls(kCalls / 10);
  const auto warm = Usage::now();
  calls(kCalls);
  // SQLite keeps a descriptor for each database that was open at a time, for the next, until the
  // file is let go of.
  EXPECT_LE(Usage::now().descriptors, before.descriptors + std::ptrdiff_t{kAtOnce} + 4);
  EXPECT_LE(Usage::now().threads, warm.threads + kSpareThreads);
  expect_no_more_memory(warm);
  expect(engine->stop_app("local:app"));
  EXPECT_EQ(Usage::now().descriptors, before.descriptors);
}

}  // namespace
}  // namespace hermes::testing
