#include "p2p/durable_database.h"

#include <chrono>
#include <thread>

namespace hermes::p2p {
namespace {

constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
using std::chrono_literals::operator""ms;
constexpr std::chrono::milliseconds kPatience = 10'000ms;  // With a process that writes meanwhile.

// In one transaction, since each waits for the disk.
Result<> make(sqlite3& database, const char* begin, const char* tables) {
  TRY(sql::run(database, begin));
  auto done = sql::run(database, tables);
  if (done) done = sql::run(database, "COMMIT");
  if (!done) static_cast<void>(sql::run(database, "ROLLBACK"));
  return done;
}

Result<sql::Database> open_once(const std::filesystem::path& file, const char* tables) {
  auto database = TRY(sql::open(file, kFlags));
  sqlite3_busy_timeout(database.get(), static_cast<int>(kPatience.count()));
  TRY(sql::run(*database, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL")
          .context(file.native()));
  // Where all tables are there, the first writes nothing, and waits for nobody who writes. It fails
  // where another process has made some meanwhile.
  if (!make(*database, "BEGIN", tables)) {
    TRY(make(*database, "BEGIN IMMEDIATE", tables).context(file.native()));
  }
  return database;
}

}  // namespace

Result<sql::Database> open_durable(const std::filesystem::path& file, const char* tables) {
  // SQLite does not wait by itself where two change over to WAL at once.
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (true) {
    auto database = open_once(file, tables);
    const bool is_busy = !database && database.error().code() == Code::Busy;
    if (!is_busy || std::chrono::steady_clock::now() > deadline) return database;
    std::this_thread::sleep_for(1ms);
  }
}

}  // namespace hermes::p2p
