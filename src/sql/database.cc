#include "sql/database.h"

#include "sql/memory.h"

namespace hermes::sql {
namespace {

Result<Database> open(const char* name, int flags) {
  set_up();
  sqlite3* opened = nullptr;
  const auto code = sqlite3_open_v2(name, &opened, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  Database database(opened);
  if (code == SQLITE_OK) return database;
  return Error(Code::Denied, sqlite3_errstr(code));
}

}  // namespace

Result<Database> open(const std::filesystem::path& file, int flags) {
  return open(file.c_str(), flags | SQLITE_OPEN_NOFOLLOW).context(file.native());
}

Result<Database> open_in_memory() {
  return open(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
}

Result<> run(sqlite3& database, const char* sql) {
  if (sqlite3_exec(&database, sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return error_of(database);
}

Result<Statement> prepare(sqlite3& database, const char* sql) {
  sqlite3_stmt* prepared = nullptr;
  const auto code =
      sqlite3_prepare_v3(&database, sql, -1, SQLITE_PREPARE_PERSISTENT, &prepared, nullptr);
  if (code != SQLITE_OK) return error_of(database);
  return Statement(prepared);
}

Error error_of(sqlite3& database) {
  const auto* text = sqlite3_errmsg(&database);
  switch (sqlite3_errcode(&database)) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {Code::Corrupt, text};
    case SQLITE_BUSY:
      return {Code::Busy, text};
    default:
      return {Code::Denied, text};
  }
}

}  // namespace hermes::sql
