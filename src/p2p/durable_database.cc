#include "p2p/durable_database.h"

namespace hermes::p2p {
namespace {

constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
constexpr int kPatience = 10'000;  // In milliseconds, with a process that writes at the same time.

}  // namespace

Result<sql::Database> open_durable(const std::filesystem::path& file, const char* tables) {
  auto database = TRY(sql::open(file, kFlags));
  sqlite3_busy_timeout(database.get(), kPatience);
  TRY(sql::run(*database, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL")
          .context(file.native()));
  TRY(sql::run(*database, tables).context(file.native()));
  return database;
}

}  // namespace hermes::p2p
