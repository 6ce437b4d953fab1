#pragma once

// SQLite looks at the time where a statement loops. Between two looks it can pass through all of
// the statement's program, and each instruction can read long values from end to end: a sum of a
// hundred thousand texts of 8 MiB would take an hour. So the longer the program, the shorter are
// the values that it works on, and one pass is over after some seconds.

#include <sqlite3.h>

#include <cstddef>

namespace hermes::sqlite {

/// What a statement may have while it is used.
struct Bounds {
  int value_bytes;   // SQLITE_LIMIT_LENGTH: of a value, or a row.
  int instructions;  // SQLITE_LIMIT_VDBE_OP: when SQLite prepares it anew.

  /// What it adds to the text of a statement, to see its program.
  static constexpr std::size_t kAddedSql = 8;

  /// While a statement is prepared.
  static Bounds of_preparing(std::size_t value_bytes);

  /// For `statement`, which has just been prepared and has values of `value_bytes` at most.
  static Bounds of(sqlite3& database, sqlite3_stmt& statement, std::size_t value_bytes);

  void set(sqlite3& database) const;

  bool operator==(const Bounds&) const = default;
};

}  // namespace hermes::sqlite
