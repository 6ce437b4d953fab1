#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <optional>
#include <string>

#include "base/expected.h"
#include "wit/hermes/sqlite.h"

namespace hermes::sqlite {

using wit::sqlite::Value;

/// `YYYY-MM-DD HH:MM:SS.nnnnnnnnn` in UTC; nullopt past the year 9999, and where the nanoseconds
/// are a second or more.
std::optional<std::string> text_of(const wit::sqlite::Datetime& datetime);

/// Gives a parameter its value, which is copied. Returns the code of SQLite; nullopt for a datetime
/// that has no text.
std::optional<int> bind(sqlite3_stmt& statement, int index, const Value& value);

/// A column of the row, which has it; or SQLITE_MISMATCH for text that is not UTF-8, as a cast can
/// make it, and SQLITE_NOMEM.
Expected<Value, int> column(sqlite3_stmt& statement, int index);

}  // namespace hermes::sqlite
