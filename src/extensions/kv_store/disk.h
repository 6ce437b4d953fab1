#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/guarded.h"
#include "base/result.h"
#include "extensions/kv_store/value.h"
#include "sql/database.h"

namespace hermes::kv_store {

/// The keys of one app on disk, which outlive the process, also if it is killed. After a loss of
/// power, the writes of the last moments may be missing. Thread-safe.
class Disk {
 public:
  /// In that directory, which exists.
  static Result<std::unique_ptr<Disk>> open(const std::filesystem::path& directory);

  /// Every key, and its value. Corrupt where one is not what was written.
  Result<> read_all(const std::function<void(std::string key, Value value)>& read);

  /// Absent deletes.
  Result<> write(std::string_view key, const MaybeValue& value);

  /// Once many writes are in the log, puts them where they belong, which waits for the disk. Other
  /// threads may write meanwhile, unless the log is 64 MB long.
  void tidy();

 private:
  struct Writer {
    sql::Database database;
    sql::Statement put;
    sql::Statement remove;

    Result<> run(sqlite3_stmt& statement);
  };

  Disk(Writer writer, sql::Database tidier);
  static int committed(void* self, sqlite3* database, const char* schema, int pages) noexcept;

  Guarded<Writer> writer_;
  const sql::Database tidier_;  // For who sets `tidying_`.
  std::atomic<bool> tidying_ = false;
  std::atomic<int> log_pages_ = 0;
};

}  // namespace hermes::kv_store
