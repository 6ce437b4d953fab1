#pragma once

// Rows of SQLite without a line for each column.

#include <sqlite3.h>

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sql/database.h"

namespace hermes::p2p {

/// Binds numbers, and texts as blobs, which stay until the statement has run.
template <typename... Values>
void bind_values(sqlite3_stmt& statement, const Values&... values) {
  int index = 0;
  [[maybe_unused]] const auto one = [&](const auto& value) {
    ++index;
    if constexpr (std::convertible_to<decltype(value), std::string_view>) {
      const std::string_view text = value;
      sqlite3_bind_blob64(&statement, index, text.empty() ? "" : text.data(), text.size(),
                          SQLITE_STATIC);
    } else {
      sqlite3_bind_int64(&statement, index, static_cast<sqlite3_int64>(value));
    }
  };
  (one(values), ...);
}

inline std::uint64_t number_at(sqlite3_stmt& row, int column) {
  return static_cast<std::uint64_t>(sqlite3_column_int64(&row, column));
}

inline std::string bytes_at(sqlite3_stmt& row, int column) {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(&row, column));
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(&row, column))};
}

/// Runs the statement, gives each row to `visit`, which may say false to end it, and resets it.
template <typename Visit>
Result<> each_row(sqlite3& database, sqlite3_stmt& statement, Visit visit) {
  for (;;) {
    const auto code = sqlite3_step(&statement);
    const bool more = code == SQLITE_ROW && visit(statement);
    if (more) continue;
    const bool failed = code != SQLITE_ROW && code != SQLITE_DONE;
    auto result = failed ? Result<>(sql::error_of(database)) : Result<>();
    sqlite3_reset(&statement);
    sqlite3_clear_bindings(&statement);
    return result;
  }
}

/// Runs one that has no rows.
inline Result<> run_once(sqlite3& database, sqlite3_stmt& statement) {
  return each_row(database, statement, [](sqlite3_stmt&) { return true; });
}

/// Prepares and runs one that has no rows.
template <typename... Values>
Result<> change(sqlite3& database, const char* sql, const Values&... values) {
  const auto statement = TRY(sql::prepare(database, sql));
  bind_values(*statement, values...);
  return run_once(database, *statement);
}

/// Gives each row to `visit`, as `each_row`.
template <typename Visit, typename... Values>
Result<> select(sqlite3& database, const char* sql, Visit visit, const Values&... values) {
  const auto statement = TRY(sql::prepare(database, sql));
  bind_values(*statement, values...);
  return each_row(database, *statement, visit);
}

/// All that `work` does, or nothing of it.
template <typename Work>
Result<> in_transaction(sqlite3& database, Work work) {
  TRY(sql::run(database, "BEGIN IMMEDIATE"));
  auto done = work();
  if (done) done = sql::run(database, "COMMIT");
  if (!done) static_cast<void>(sql::run(database, "ROLLBACK"));
  return done;
}

}  // namespace hermes::p2p
