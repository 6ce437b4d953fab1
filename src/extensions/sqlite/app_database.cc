#include "extensions/sqlite/app_database.h"

#include <algorithm>
#include <utility>

#include "base/strings.h"
#include "runtime/data_directory.h"

namespace hermes::sqlite {
namespace {

// A log is as long as the file may be, within these.
constexpr std::size_t kLeastLogPages = 4'000;
constexpr std::size_t kMostLogPages = 64'000;

constexpr auto kFile = "sqlite.db";

// The log exists once somebody has read.
constexpr auto kHold = "PRAGMA journal_mode=WAL; SELECT count(*) FROM sqlite_schema";

Result<sql::Database> open_and_read(const std::filesystem::path& file) {
  auto database = TRY(sql::open(file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
  TRY(sql::run(*database, kHold));
  return database;
}

}  // namespace

int AppDatabase::most_log_pages() const {
  return static_cast<int>(std::clamp(database_bytes() / kPage, kLeastLogPages, kMostLogPages));
}

void AppDatabase::shorten_log(sqlite3& database, int mode) {
  int pages = -1;
  // What it cannot write now, the next one will.
  static_cast<void>(sqlite3_wal_checkpoint_v2(&database, "main", mode, &pages, nullptr));
  if (pages >= 0) log_pages_ = pages;
}

Result<std::filesystem::path> AppDatabase::hold(bool may_make) {
  return held_.with([&](Held& held) -> Result<std::filesystem::path> {
    if (held.database) {
      if (log_is_full()) shorten_log(*held.database, SQLITE_CHECKPOINT_TRUNCATE);
      return held.file;
    }
    const auto file = runtime::data_directory(home_, app_) / kFile;
    std::error_code failed;
    const bool exists = std::filesystem::exists(std::filesystem::symlink_status(file, failed));
    if (!exists && !may_make) return Error(Code::NotFound, "there is no database yet");
    const sql::Use use(memory_);
    held.file = TRY(runtime::make_data_directory(home_, app_)) / kFile;
    held.database = TRY(open_and_read(held.file));
    return held.file;
  });
}

Result<AppDatabase::Place> AppDatabase::take_place(std::shared_ptr<AppDatabase> app) {
  const auto most = app->limits_.connections;
  if (++app->connections_ <= most) return Place(std::move(app));
  --app->connections_;
  return Error(Code::LimitReached, concat("the app has ", most, " databases open"));
}

}  // namespace hermes::sqlite
