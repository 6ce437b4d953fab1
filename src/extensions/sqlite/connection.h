#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "extensions/sqlite/app_database.h"
#include "extensions/sqlite/authorizer.h"
#include "extensions/sqlite/bounds.h"
#include "runtime/call_context.h"
#include "wit/hermes/sqlite.h"

namespace hermes::sqlite {

using runtime::CallContext;
using wit::sqlite::Errno;

/// A statement, and what it may have while it is used.
struct Prepared {
  sql::Statement statement;  // Null where there is none.
  Bounds bounds = {};
};

/// A database that one call has open. It goes once the call has let go of it and of its statements;
/// a transaction that is open then is rolled back.
class Connection {
 public:
  /// Opens the app's file, or an empty database in memory.
  static Expected<std::shared_ptr<Connection>, Errno> open(CallContext& call,
                                                           std::shared_ptr<AppDatabase> app,
                                                           bool readonly, bool memory);

  Connection(const Connection&) = delete;
  ~Connection();

  /// Null once it is closed.
  sqlite3* database() const { return database_.get(); }

  /// Closes it; the code of SQLite, which is BUSY while there are statements.
  int close();

  /// Statement by statement.
  Expected<void, Errno> execute(std::string_view sql);

  /// One statement; nothing but blanks and comments may follow.
  Expected<Prepared, Errno> prepare(std::string_view sql);

  /// The error for a code other than OK, which becomes the last one.
  Unexpected<Errno> failed(int code);
  /// The same, in words of our own.
  Unexpected<Errno> failed(Errno error, int code, std::string message);

  const std::optional<wit::sqlite::ErrorInfo>& last_error() const { return last_error_; }

  /// While it lives, a function of the call uses the connection, and no longer than the call may.
  class Use {
   public:
    Use(Connection& connection, CallContext& call);
    Use(Connection& connection, CallContext& call, const Prepared& statement);
    Use(const Use&) = delete;
    ~Use() { connection_.call_ = nullptr; }

   private:
    Connection& connection_;
    const sql::Use memory_;
  };

 private:
  explicit Connection(AppDatabase::Place place) : place_(std::move(place)) {}

  Result<> set_up(std::size_t bytes);
  void set_limits();
  void set_bounds(const Bounds& bounds);
  int prepare_first(const char*& sql, const char* end, Prepared& prepared);
  Expected<std::string, Errno> copy(std::string_view sql);

  void report(int code);
  bool must_end();
  static int progress(void* self) noexcept;
  static int busy(void* self, int times) noexcept;
  static int refuses_commit(void* self) noexcept;
  static int committed(void* self, sqlite3* database, const char* schema, int pages) noexcept;

  const AppDatabase::Place place_;
  Authorizer authorizer_;
  Bounds bounds_ = {};  // That are set.
  std::optional<wit::sqlite::ErrorInfo> last_error_;

  // Of the function that runs.
  CallContext* call_ = nullptr;
  std::optional<MonotonicTime> first_look_;
  std::optional<std::chrono::nanoseconds> cpu_before_;
  std::optional<MonotonicTime> waiting_since_;
  bool shortening_log_ = false;

  std::function<bool()> must_end_ = [this] { return must_end(); };
  sql::Database database_;  // Last, so that it closes before what it calls is gone.
};

}  // namespace hermes::sqlite
