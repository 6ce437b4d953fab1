// A guest that wants out of its database.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "testing/engine/sqlite_fixture.h"

namespace hermes::testing {
namespace {

class SqliteEscapeTest : public SqliteFixture {
 protected:
  void SetUp() override {
    start_sqlite();
    start_script("app");
    start_script("other");
    ASSERT_EQ(execute("CREATE TABLE t (x); INSERT INTO t VALUES ('own')"), "done");
    ASSERT_EQ(execute("CREATE TABLE t (x); INSERT INTO t VALUES ('secret')", "/file", "other"),
              "done");
  }

  /// In a file and in memory, prepared and executed.
  void expect_refusal(const std::string& sql, const std::string& error) {
    for (const auto* path : {"/file", "/memory"}) {
      EXPECT_EQ(execute(sql, path), error) << sql;
      EXPECT_EQ(query(sql, path), error) << sql;
    }
  }

  std::string other_file() const { return directory_of("other") / "sqlite.db"; }
};

TEST_F(SqliteEscapeTest, Attach) {
  expect_refusal(concat("ATTACH '", other_file(), "' AS other"), "sqlite(23)");
  expect_refusal(concat("/**/aTTach\tDATABASE '", other_file(), "' AS other"), "sqlite(23)");
  expect_refusal("ATTACH '' AS other", "sqlite(23)");
  expect_refusal("ATTACH ':memory:' AS other", "sqlite(23)");
  expect_refusal(concat("ATTACH 'oth' || 'er' AS other"), "sqlite(23)");
  expect_refusal("ATTACH ? AS other", "sqlite(23)");
}

TEST_F(SqliteEscapeTest, Detach) {
  expect_refusal("DETACH main", "sqlite(23)");
}

TEST_F(SqliteEscapeTest, FileUris) {
  expect_refusal(concat("ATTACH 'file:", other_file(), "?mode=ro' AS other"), "sqlite(23)");
  expect_refusal(concat("VACUUM INTO 'file:", other_file(), ".copy?mode=rwc'"), "sqlite(23)");
  EXPECT_FALSE(std::filesystem::exists(other_file() + ".copy"));
}

TEST_F(SqliteEscapeTest, VacuumInto) {
  const std::string copy = directory_of("app") / "copy.db";
  expect_refusal(concat("VACUUM INTO '", copy, "'"), "sqlite(23)");
  expect_refusal(concat("VACUUM/**/main\tINTO\n'", copy, "'"), "sqlite(23)");
  expect_refusal(concat("VACUUM INTO '", copy, "' || ''"), "sqlite(23)");
  EXPECT_FALSE(std::filesystem::exists(copy));
}

// To SQLite that is a copy in memory, which it asks for like any VACUUM.
TEST_F(SqliteEscapeTest, VacuumIntoNothing) {
  expect_refusal("VACUUM INTO ''", "sqlite(23)");
  expect_refusal("vacuum/**/main\tinTO\nsubstr('a', 2)", "sqlite(23)");
  EXPECT_EQ(execute("SELECT 'into'; VACUUM main -- and nowhere else"), "done");
  EXPECT_EQ(execute("VACUUM; SELECT 'into'"), "done");
  EXPECT_EQ(query("SELECT x FROM t"), "text own\n");
}

TEST_F(SqliteEscapeTest, Pragma) {
  for (const auto* sql :
       {"PRAGMA journal_mode=DELETE", "pragma journal_mode", "PRAGMA/**/synchronous=OFF",
        "/* a */ -- b\n PRAGMA\tmax_page_count\t=\t100000", "\t\n\f PrAgMa main.page_size = 512",
        "PRAGMA writable_schema(1)", "EXPLAIN PRAGMA user_version", "PRAGMA no_such_pragma"}) {
    expect_refusal(sql, "forbidden-pragma-command");
  }
  EXPECT_EQ(execute("SELECT 1; PRAGMA user_version = 7"), "forbidden-pragma-command");
}

TEST_F(SqliteEscapeTest, PragmaFunctions) {
  for (const auto* sql :
       {"SELECT * FROM pragma_database_list", "SELECT * FROM pragma_table_info('sqlite_schema')",
        "SELECT * FROM \"pragma_page_size\"", "SELECT * FROM/**/pragma_compile_options()",
        "WITH p AS (SELECT * FROM pragma_journal_mode) SELECT * FROM p"}) {
    expect_refusal(sql, "forbidden-pragma-command");
  }
  EXPECT_EQ(execute("CREATE VIEW v AS SELECT * FROM pragma_database_list"), "done");
  EXPECT_EQ(query("SELECT * FROM v"), "sqlite(1)") << "a view may not even name it";
}

TEST_F(SqliteEscapeTest, LoadExtension) {
  expect_refusal("SELECT load_extension('libc.so.6')", "sqlite(23)");
  expect_refusal("SELECT LOAD_EXTENSION('libc.so.6', 'entry')", "sqlite(23)");
  EXPECT_EQ(execute("CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT load_extension('x'); END"),
            "done");
  EXPECT_EQ(execute("INSERT INTO t VALUES (1)"), "sqlite(23)");
}

TEST_F(SqliteEscapeTest, WhatReachesIntoSqlite) {
  expect_refusal("SELECT fts3_tokenizer('simple')", "sqlite(23)");
  expect_refusal("CREATE VIRTUAL TABLE v USING fts5(x)", "sqlite(23)");
  EXPECT_EQ(execute("UPDATE sqlite_schema SET sql = 'nonsense'"), "sqlite(1)");
  EXPECT_EQ(execute("UPDATE sqlite_dbpage SET data = zeroblob(4096) WHERE pgno = 1"), "sqlite(1)");
  EXPECT_EQ(query("SELECT x FROM t"), "text own\n");
}

TEST_F(SqliteEscapeTest, ASymlinkedDatabase) {
  start_script("linked");
  std::filesystem::create_directories(directory_of("linked"));
  std::filesystem::create_symlink(other_file(), directory_of("linked") / "sqlite.db");
  EXPECT_EQ(query("SELECT x FROM t", "/file", "linked"), "failed-opening-database");
  EXPECT_EQ(query("SELECT x FROM t", "/readonly", "linked"), "failed-opening-database");
}

TEST_F(SqliteEscapeTest, ASymlinkedDirectory) {
  start_script("linked");
  std::filesystem::create_directory_symlink(directory_of("other"), directory_of("linked"));
  EXPECT_EQ(query("SELECT x FROM t", "/file", "linked"), "failed-opening-database");
  EXPECT_EQ(query("SELECT x FROM t", "/readonly", "linked"), "failed-opening-database");
}

}  // namespace
}  // namespace hermes::testing
