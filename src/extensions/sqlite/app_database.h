#pragma once

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <memory>

#include "base/guarded.h"
#include "base/result.h"
#include "extensions/sqlite/limits.h"
#include "runtime/app.h"
#include "sql/database.h"
#include "sql/memory.h"

namespace hermes::sqlite {

/// What the calls of one app share: its file, and what they may take. Thread-safe.
///
/// Once a call has opened the file, it is held open until the app stops, so that the last call that
/// closes it has no log to clear away, and the next none to read.
class AppDatabase {
 public:
  AppDatabase(std::filesystem::path home, runtime::AppId app, const Limits& limits)
      : home_(std::move(home)),
        app_(std::move(app)),
        limits_(limits),
        database_bytes_(limits.database_bytes) {}

  const Limits& limits() const { return limits_; }
  sql::Account& memory() { return memory_; }
  int connections() const { return connections_; }

  /// Of the file; what another generation may have.
  std::size_t database_bytes() const { return database_bytes_; }
  void set_database_bytes(std::size_t bytes) { database_bytes_ = bytes; }

  /// Pages of the log beside the file, which grows while calls read what was there before; at the
  /// most, it takes no more.
  static constexpr std::size_t kPage = 4'096;
  int most_log_pages() const;
  bool log_is_full() const { return log_pages_ >= most_log_pages(); }
  void set_log_pages(int pages) { log_pages_ = pages; }

  /// Writes the log to the file as far as readers allow, with a mode of SQLite's.
  void shorten_log(sqlite3& database, int mode);

  /// Holds the file open from now on, and returns its path. NotFound where there is none and it may
  /// not make one.
  Result<std::filesystem::path> hold(bool may_make);

  /// One of the app's connections, while it lives.
  class Place {
   public:
    explicit Place(std::shared_ptr<AppDatabase> app) : app_(std::move(app)) {}
    Place(Place&&) = default;
    ~Place() {
      if (app_) --app_->connections_;
    }
    AppDatabase& app() const { return *app_; }

   private:
    std::shared_ptr<AppDatabase> app_;
  };

  /// LimitReached where the app has as many as it may.
  static Result<Place> take_place(std::shared_ptr<AppDatabase> app);

 private:
  struct Held {
    std::filesystem::path file;
    sql::Database database;  // Null until a call opens it.
  };

  const std::filesystem::path home_;
  const runtime::AppId app_;
  const Limits limits_;
  std::atomic<std::size_t> database_bytes_;
  std::atomic<int> connections_ = 0;
  std::atomic<int> log_pages_ = 0;
  sql::Account memory_{limits_.memory_bytes};
  Guarded<Held> held_;
};

}  // namespace hermes::sqlite
