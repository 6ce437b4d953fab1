#include "extensions/sqlite/bounds.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>

#include "base/strings.h"
#include "sql/database.h"

namespace hermes::sqlite {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMost = 8 << 20;

std::string times(int count, std::string_view piece) {
  std::string text;
  for (int i = 0; i < count; ++i) text += piece;
  return text;
}

class BoundsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    // As connections have it: constants stay where they are used.
    sqlite3_test_control(SQLITE_TESTCTRL_OPTIMIZATIONS, database.get(), 0x8);
  }

  sql::Statement prepare(std::string_view sql) {
    sqlite3_stmt* statement = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(database.get(), sql.data(), static_cast<int>(sql.size()),
                                 &statement, nullptr),
              SQLITE_OK)
        << sqlite3_errmsg(database.get());
    return sql::Statement(statement);
  }

  Bounds bounds_of(std::string_view sql) { return Bounds::of(*database, *prepare(sql), kMost); }

  void run(const std::string& sql) {
    const auto ran = sql::run(*database, sql.c_str());
    ASSERT_TRUE(ran) << ran.error().message();
  }

  sql::Database database = *sql::open_in_memory();
};

TEST_F(BoundsTest, ShortStatementsHaveLongValues) {
  run("CREATE TABLE t (a, b, c, d)");
  for (const auto& sql : {concat("SELECT ?"), concat("INSERT INTO t VALUES (?, ?, ?, ?)"),
                          concat("INSERT INTO t VALUES (?, ?, ?, ?)", times(50, ", (?, ?, ?, ?)")),
                          concat("SELECT a, count(*) FROM t GROUP BY a ORDER BY 2 LIMIT 10")}) {
    EXPECT_EQ(bounds_of(sql).value_bytes, static_cast<int>(kMost)) << sql;
  }
}

TEST_F(BoundsTest, TextInAStatementIsNoProgram) {
  run("CREATE TABLE t (a)");
  const std::string text(900'000, 'x');
  EXPECT_EQ(bounds_of(concat("INSERT INTO t VALUES ('", text, "')")).value_bytes,
            static_cast<int>(kMost));
  EXPECT_EQ(bounds_of(concat("SELECT 1 /* ", text, " */")).value_bytes, static_cast<int>(kMost));
}

TEST_F(BoundsTest, LongStatementsHaveShortValues) {
  const auto thousand = bounds_of(concat("SELECT ?1", times(999, "+?1")));
  EXPECT_LT(thousand.value_bytes, 2'100'000);
  EXPECT_GT(thousand.value_bytes, 1'900'000);
  const auto many = bounds_of(concat("SELECT ?1", times(90, concat(times(999, "+?1"), ",?1"))));
  EXPECT_LT(many.value_bytes, 24'000);
  EXPECT_GT(many.value_bytes, 20'000);
}

TEST_F(BoundsTest, ViewsAndTriggersCount) {
  run("CREATE TABLE t (a)");
  run(concat("CREATE VIEW v AS SELECT a", times(900, "+a"), " AS a FROM t"));
  EXPECT_LT(bounds_of("SELECT * FROM v").value_bytes, 3'000'000);
  run(concat("CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT new.a", times(900, "+new.a"),
             "; END"));
  EXPECT_LT(bounds_of("INSERT INTO t VALUES (1)").value_bytes, 3'000'000);
}

TEST_F(BoundsTest, ListingAProgramIsNotRunningIt) {
  EXPECT_EQ(bounds_of(concat("EXPLAIN SELECT ?1", times(900, "+?1"))).value_bytes,
            static_cast<int>(kMost));
}

TEST_F(BoundsTest, AShortLimitIsKept) {
  EXPECT_EQ(Bounds::of(*database, *prepare("SELECT 1"), 500).value_bytes, 500);
}

TEST_F(BoundsTest, OnePassIsOverInTime) {
  for (const int terms : {900, 20'000}) {
    const auto sum = concat("SELECT ?1", times(terms % 900 - 1, "+?1"),
                            times(terms / 900, concat(",?1", times(899, "+?1"))));
    Bounds::of_preparing(kMost).set(*database);
    const auto statement = prepare(sum);
    const auto bounds = Bounds::of(*database, *statement, kMost);
    bounds.set(*database);
    const std::string number(static_cast<std::size_t>(bounds.value_bytes), '1');
    ASSERT_EQ(sqlite3_bind_text64(statement.get(), 1, number.data(), number.size(), SQLITE_STATIC,
                                  SQLITE_UTF8),
              SQLITE_OK);
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(sqlite3_step(statement.get()), SQLITE_ROW);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 30s) << terms;  // Some 4 s each.
  }
}

TEST_F(BoundsTest, AStatementThatIsPreparedAnewGrowsOnlySoFar) {
  run("CREATE TABLE t (a); CREATE VIEW v AS SELECT a FROM t");
  const auto statement = prepare("SELECT * FROM v");
  const auto bounds = Bounds::of(*database, *statement, kMost);
  run(concat("DROP VIEW v; CREATE VIEW v AS SELECT a", times(900, "+a"), " AS a FROM t"));
  bounds.set(*database);
  EXPECT_EQ(sqlite3_step(statement.get()), SQLITE_NOMEM);
}

}  // namespace
}  // namespace hermes::sqlite
