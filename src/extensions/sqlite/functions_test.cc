#include "extensions/sqlite/functions.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "base/strings.h"
#include "sql/database.h"

namespace hermes::sqlite {
namespace {

class FunctionsTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(add_functions(*ours, must_end)); }

  /// The value and its type.
  static std::string value(sqlite3& database, const std::string& expression) {
    const auto sql = concat("SELECT quote(x) || typeof(x) FROM (SELECT ", expression, " AS x)");
    const auto statement = sql::prepare(database, sql.c_str());
    if (!statement || sqlite3_step(statement->get()) != SQLITE_ROW) return "an error";
    return reinterpret_cast<const char*>(sqlite3_column_text(statement->get(), 0));
  }

  bool ends = false;
  std::function<bool()> must_end = [this] { return ends; };
  sql::Database ours = *sql::open_in_memory();
  sql::Database theirs = *sql::open_in_memory();
};

TEST_F(FunctionsTest, AnswerAsThoseOfSqlite) {
  for (const std::string expression : {"instr('abcabc', 'ca')",
                                       "instr('abc', 'x')",
                                       "instr('abc', '')",
                                       "instr('', 'a')",
                                       "instr('', '')",
                                       "instr(NULL, 'a')",
                                       "instr('a', NULL)",
                                       "instr('äöü', 'ü')",
                                       "instr(x'000102', x'02')",
                                       "instr(x'c3a4', x'a4')",
                                       "instr(x'', x'01')",
                                       "instr(x'', x'')",
                                       "instr('12', 2)",
                                       "instr(1.5, '.')",
                                       "instr(x'616263', 'c')",
                                       "instr('abc', x'63')",
                                       "instr('aab', 'ab')",
                                       "replace('abcabc', 'b', 'xyz')",
                                       "replace('abc', '', 'x')",
                                       "replace('aaa', 'aa', 'b')",
                                       "replace('abc', 'abc', '')",
                                       "replace('', 'a', 'b')",
                                       "replace(NULL, 'a', 'b')",
                                       "replace('a', NULL, 'b')",
                                       "replace('a', 'a', NULL)",
                                       "replace(11, 1, 2)",
                                       "replace('äöä', 'ä', 'o')",
                                       "replace('abc', 'x', 'y')",
                                       "replace(x'6162', 'b', 'c')",
                                       "trim('  a b  ')",
                                       "ltrim('  a  ')",
                                       "rtrim('  a  ')",
                                       "trim('')",
                                       "trim('   ')",
                                       "trim(NULL)",
                                       "trim('xxaxx', 'x')",
                                       "trim('abcba', 'ab')",
                                       "trim('a', '')",
                                       "trim('äaä', 'ä')",
                                       "trim('ääöaöä', 'öä')",
                                       "trim('a', NULL)",
                                       "trim(121, 1)",
                                       "ltrim('xyxa', 'xy')",
                                       "rtrim('axyx', 'xy')",
                                       "trim('\tx')",
                                       "'abc' LIKE 'A%'",
                                       "'abc' LIKE 'b'",
                                       "'a%c' LIKE 'a\\%c' ESCAPE '\\'",
                                       "'abc' LIKE 'a\\%c' ESCAPE '\\'",
                                       "'a' LIKE 'a%' ESCAPE '%'",
                                       "'a%' LIKE 'a%%' ESCAPE '%'",
                                       "'ab' LIKE '__%' ESCAPE '_'",
                                       "'_b' LIKE '__%' ESCAPE '_'",
                                       "'a' LIKE 'a' ESCAPE NULL",
                                       "'a' LIKE 'a' ESCAPE ''",
                                       "'a' LIKE 'a' ESCAPE 'ab'",
                                       "NULL LIKE 'a'",
                                       "'a' LIKE NULL",
                                       "12 LIKE 1.2",
                                       "12 LIKE '1_'",
                                       "x'61' LIKE 'a'",
                                       "'a' LIKE x'61'",
                                       "'a' || char(0) || 'b' LIKE 'a'",
                                       "'a' LIKE 'a' || char(0) || 'b'",
                                       "'Ä' LIKE 'ä'",
                                       "'abc' GLOB 'A*'",
                                       "'abc' GLOB '[a-c]?[^a-b]'",
                                       "NULL GLOB 'a'",
                                       "x'61' GLOB 'a'"}) {
    EXPECT_EQ(value(*ours, expression), value(*theirs, expression)) << expression;
  }
}

// In SQLite's own, these would take hours.
TEST_F(FunctionsTest, TakeTimeThatIsLinear) {
  sqlite3_limit(ours.get(), SQLITE_LIMIT_LENGTH, 8 << 20);
  const std::string a = "replace(hex(zeroblob(3000000)), '0', 'a')";
  const std::string b = "replace(hex(zeroblob(1500000)), '0', 'a') || 'b'";
  EXPECT_EQ(value(*ours, concat("instr(", a, ",", b, ")")), "0integer");
  EXPECT_EQ(value(*ours, concat("length(replace(", a, ",", b, ",''))")), "6000000integer");
  EXPECT_EQ(value(*ours, concat("length(trim(", a, ",", b, "))")), "an error");
}

TEST_F(FunctionsTest, EndWhenTheyMust) {
  sqlite3_limit(ours.get(), SQLITE_LIMIT_LENGTH, 8 << 20);
  ends = true;
  for (const auto* expression :
       {"instr(hex(zeroblob(100000)), 'x')", "trim(hex(zeroblob(100000)))",
        "replace(hex(zeroblob(100000)), 'x', 'y')", "hex(zeroblob(100000)) LIKE '%x'"}) {
    EXPECT_EQ(value(*ours, expression), "an error") << expression;
    EXPECT_EQ(sqlite3_errcode(ours.get()), SQLITE_INTERRUPT) << expression;
  }
  EXPECT_EQ(value(*ours, "'abc' LIKE 'a%'"), "1integer") << "there is little to do";
}

TEST_F(FunctionsTest, LimitPatterns) {
  sqlite3_limit(ours.get(), SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 3);
  EXPECT_EQ(value(*ours, "'abc' LIKE 'a%c'"), "1integer");
  EXPECT_EQ(value(*ours, "'abcd' LIKE 'a%cd'"), "an error");
}

TEST_F(FunctionsTest, ReplaceStopsAtTheLongestValue) {
  sqlite3_limit(ours.get(), SQLITE_LIMIT_LENGTH, 1'000);
  EXPECT_EQ(value(*ours, "length(replace(hex(zeroblob(200)), '0', 'ab'))"), "800integer");
  EXPECT_EQ(value(*ours, "length(replace(hex(zeroblob(200)), '0', 'abc'))"), "an error");
}

}  // namespace
}  // namespace hermes::sqlite
