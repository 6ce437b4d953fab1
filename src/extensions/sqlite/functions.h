#pragma once

#include <sqlite3.h>

#include <functional>

#include "base/result.h"

namespace hermes::sqlite {

/// SQL functions in place of SQLite's own, which take time that is a product of the lengths of what
/// they are given, and cannot be stopped meanwhile: `instr` and `replace` in linear time, the
/// `trim`s, which take 1,000 bytes of characters to cut off, and `like` and `glob`. They end with
/// SQLITE_INTERRUPT once `must_end` says so, which outlives the database.
Result<> add_functions(sqlite3& database, std::function<bool()>& must_end);

}  // namespace hermes::sqlite
