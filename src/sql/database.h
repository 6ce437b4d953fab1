#pragma once

#include <sqlite3.h>

#include <filesystem>
#include <memory>

#include "base/result.h"

namespace hermes::sql {

struct Close {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};
struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

/// Both may be used by one thread at a time.
using Database = std::unique_ptr<sqlite3, Close>;
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

/// Opens a file; no part of the path may be a symbolic link. `flags` are SQLITE_OPEN_READWRITE and
/// its like. The error is SQLite's words.
Result<Database> open(const std::filesystem::path& file, int flags);

/// One that is empty, in memory.
Result<Database> open_in_memory();

/// Runs SQL of the engine's own, which is trusted.
Result<> run(sqlite3& database, const char* sql);

Result<Statement> prepare(sqlite3& database, const char* sql);

/// What SQLite says of its last failure there: Corrupt, Busy where another has locked it, or
/// Denied.
Error error_of(sqlite3& database);

}  // namespace hermes::sql
