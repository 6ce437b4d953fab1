// The native program, with the settings of the engine.
//
//   rows_native FILE     prints milliseconds

#include <sqlite3.h>

#include <chrono>
#include <cstdio>

#include "rows/rows.h"

namespace {

sqlite3* database;
sqlite3_stmt* statement;

constexpr auto kSettings =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
    "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-1024";

}  // namespace

bool rows_run(const char* sql) {
  return sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK;
}

bool rows_prepare(const char* sql) {
  return sqlite3_prepare_v2(database, sql, -1, &statement, nullptr) == SQLITE_OK;
}

bool rows_bind_number(std::uint32_t index, std::int64_t number) {
  return sqlite3_bind_int64(statement, static_cast<int>(index), number) == SQLITE_OK;
}

bool rows_bind_text(std::uint32_t index, const char* text, std::uint32_t size) {
  return sqlite3_bind_text(statement, static_cast<int>(index), text, static_cast<int>(size),
                           SQLITE_TRANSIENT) == SQLITE_OK;
}

bool rows_step(bool* row) {
  const auto code = sqlite3_step(statement);
  *row = code == SQLITE_ROW;
  return *row || code == SQLITE_DONE;
}

bool rows_number(std::uint32_t column, std::int64_t* number) {
  *number = sqlite3_column_int64(statement, static_cast<int>(column));
  return true;
}

bool rows_text(std::uint32_t column, std::uint32_t* size) {
  const bool there = sqlite3_column_text(statement, static_cast<int>(column)) != nullptr;
  *size = static_cast<std::uint32_t>(sqlite3_column_bytes(statement, static_cast<int>(column)));
  return there;
}

bool rows_reset() {
  return sqlite3_reset(statement) == SQLITE_OK && sqlite3_clear_bindings(statement) == SQLITE_OK;
}

bool rows_finalize() {
  return sqlite3_finalize(statement) == SQLITE_OK;
}

int main(int argc, char** argv) {
  if (argc != 2 || sqlite3_open(argv[1], &database) != SQLITE_OK || !rows_run(kSettings)) return 1;
  const auto begin = std::chrono::steady_clock::now();
  if (!rows_insert_and_read_back()) return 1;
  const std::chrono::duration<double, std::milli> time = std::chrono::steady_clock::now() - begin;
  std::printf("%.1f\n", time.count());
}
