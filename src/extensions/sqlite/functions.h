#pragma once

#include <sqlite3.h>

#include "base/result.h"

namespace hermes::sqlite {

/// SQL functions in place of SQLite's own, which take time that is a product of the lengths of what
/// they are given, and cannot be stopped meanwhile: `instr` and `replace` in linear time, and the
/// `trim`s, which take 1,000 bytes of characters to cut off.
Result<> add_functions(sqlite3& database);

}  // namespace hermes::sqlite
