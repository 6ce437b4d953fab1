#include "p2p/durable_database.h"

namespace hermes::p2p {
namespace {

constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
constexpr int kPatience = 10'000;  // In milliseconds, with a process that writes at the same time.

// In one transaction, since each waits for the disk.
Result<> make(sqlite3& database, const char* begin, const char* tables) {
  TRY(sql::run(database, begin));
  auto done = sql::run(database, tables);
  if (done) done = sql::run(database, "COMMIT");
  if (!done) static_cast<void>(sql::run(database, "ROLLBACK"));
  return done;
}

}  // namespace

Result<sql::Database> open_durable(const std::filesystem::path& file, const char* tables) {
  auto database = TRY(sql::open(file, kFlags));
  sqlite3_busy_timeout(database.get(), kPatience);
  TRY(sql::run(*database, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL")
          .context(file.native()));
  // Where all tables are there, the first writes nothing, and waits for nobody who writes. It fails
  // where another process has made some meanwhile.
  if (!make(*database, "BEGIN", tables)) {
    TRY(make(*database, "BEGIN IMMEDIATE", tables).context(file.native()));
  }
  return database;
}

}  // namespace hermes::p2p
