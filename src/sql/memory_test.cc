#include "sql/memory.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <thread>

#include "base/strings.h"
#include "sql/database.h"

namespace hermes::sql {
namespace {

int result_of(sqlite3& database, const std::string& sql) {
  return sqlite3_exec(&database, sql.c_str(), nullptr, nullptr, nullptr);
}

TEST(Memory, IsChargedToTheAccountAndGivenBack) {
  Account account(std::size_t{16} << 20);
  {
    const Use use(account);
    const auto database = *open_in_memory();
    const auto opened = account.used();
    EXPECT_GT(opened, 0U);
    EXPECT_EQ(result_of(*database, "CREATE TABLE t AS SELECT zeroblob(1000000) AS x"), SQLITE_OK);
    EXPECT_GT(account.used(), opened + 1'000'000);
  }
  EXPECT_EQ(account.used(), 0U);
}

TEST(Memory, IsGivenBackByAnyThread) {
  Account account(std::size_t{16} << 20);
  Database database;
  {
    const Use use(account);
    database = *open_in_memory();
  }
  std::thread([&] { database.reset(); }).join();
  EXPECT_EQ(account.used(), 0U);
}

TEST(Memory, EndsAtTheLimitOfTheAccount) {
  Account account(std::size_t{1} << 20);
  Account other(std::size_t{16} << 20);
  const Use use(account);
  const auto database = *open_in_memory();
  constexpr auto kLarge = "CREATE TABLE t AS SELECT zeroblob(2000000) AS x";
  EXPECT_EQ(result_of(*database, kLarge), SQLITE_NOMEM);
  EXPECT_EQ(result_of(*database, "SELECT 1"), SQLITE_OK);
  const Use larger(other);
  EXPECT_EQ(result_of(*database, kLarge), SQLITE_OK);
}

TEST(Memory, EndsBeforeTheStackDoes) {
  std::string chain = "WITH a0(x) AS (SELECT 1)";
  for (int i = 1; i < 20'000; ++i) chain += concat(",a", i, " AS (SELECT * FROM a", i - 1, ")");
  chain += " SELECT * FROM a19999";
  Account account(std::size_t{1} << 30);
  const Use use(account);
  const auto database = *open_in_memory();
  EXPECT_EQ(result_of(*database, chain), SQLITE_NOMEM);
  EXPECT_EQ(result_of(*database, "WITH a(x) AS (SELECT 1) SELECT * FROM a"), SQLITE_OK);
}

TEST(Memory, OfLargePiecesIsRefusedToWhatMustEnd) {
  bool ends = false;
  const std::function<bool()> must_end = [&] { return ends; };
  Account account(std::size_t{16} << 20);
  const Use use(account, &must_end);
  const auto database = *open_in_memory();
  EXPECT_EQ(result_of(*database, "SELECT hex(randomblob(100000))"), SQLITE_OK);
  ends = true;
  EXPECT_EQ(result_of(*database, "SELECT hex(randomblob(100000))"), SQLITE_NOMEM);
  EXPECT_EQ(result_of(*database, "SELECT hex(randomblob(100))"), SQLITE_OK);
}

}  // namespace
}  // namespace hermes::sql
