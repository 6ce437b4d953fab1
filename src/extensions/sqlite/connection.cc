#include "extensions/sqlite/connection.h"

#include <algorithm>
#include <ctime>
#include <thread>
#include <utility>

#include "base/strings.h"
#include "extensions/sqlite/functions.h"

namespace hermes::sqlite {
namespace {

using namespace std::chrono_literals;
using namespace wit::sqlite::errno_;
using runtime::Limit;

constexpr int kInstructions = 100;  // Of SQLite's machine, from look to look at the time.
constexpr auto kFree = 1ms;         // Until the CPU of a function is looked at, which costs more.
constexpr int kLogPages = 1'000;    // Beyond that the log is written to the database.
constexpr auto kLongestNap = 5ms;   // While another connection writes.
constexpr auto kHoldingWorker = 20ms;  // As long as a call waits at the cost of other calls.
constexpr auto kShortening = 100ms;    // As long as who has committed waits for readers.

// Keeps constants out of loops, for which each is compared with all before it: that takes the
// square of their number, and nothing can stop it. It is a number within SQLite, without a name
// outside.
constexpr int kFactorOutConst = 0x8;

constexpr auto kSettings =
    "PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; "
    "PRAGMA cache_size=-1024; PRAGMA max_page_count=";

std::chrono::nanoseconds cpu_time() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

Result<sql::Database> open_file(AppDatabase& app, bool readonly) {
  return sql::open(TRY(app.hold(!readonly)),
                   readonly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
}

}  // namespace

Expected<std::shared_ptr<Connection>, Errno> Connection::open(CallContext& call,
                                                              std::shared_ptr<AppDatabase> app,
                                                              bool readonly, bool memory) {
  auto place = AppDatabase::take_place(app);
  if (!place) {
    call.report(Limit::Databases);
    return Unexpected(Errno(FailedOpeningDatabase{}));
  }
  const std::shared_ptr<Connection> connection(new Connection(*std::move(place)));
  const Use use(*connection, call);
  auto database = memory ? sql::open_in_memory() : open_file(*app, readonly);
  if (!database) return Unexpected(Errno(FailedOpeningDatabase{}));
  connection->database_ = *std::move(database);
  const auto bytes = memory ? app->limits().memory_bytes : app->database_bytes();
  if (!connection->set_up(bytes)) return Unexpected(Errno(FailedSettingDatabaseSize{}));
  if (!memory) sqlite3_commit_hook(connection->database(), &refuses_commit, connection.get());
  return connection;
}

Connection::~Connection() {
  const sql::Use use(place_.app().memory());
  database_.reset();
}

Connection::Use::Use(Connection& connection, CallContext& call)
    : connection_(connection), memory_(connection.place_.app().memory(), &connection.must_end_) {
  connection.call_ = &call;
  connection.first_look_.reset();
  connection.cpu_before_.reset();
  connection.authorizer_.begin();
}

Connection::Use::Use(Connection& connection, CallContext& call, const Prepared& statement)
    : Use(connection, call) {
  connection.set_bounds(statement.bounds);
}

Result<> Connection::set_up(std::size_t bytes) {
  auto& database = *database_;
  set_limits();
  sqlite3_busy_handler(&database, &busy, this);
  const auto pages = std::max<std::size_t>(1, bytes / AppDatabase::kPage);
  TRY(sql::run(database, concat(kSettings, pages).c_str()));
  TRY(add_functions(database, must_end_));
  sqlite3_progress_handler(&database, kInstructions, &progress, this);
  sqlite3_wal_hook(&database, &committed, this);
  authorizer_.watch(database);
  return {};
}

void Connection::set_limits() {
  auto* database = database_.get();
  const auto& limits = place_.app().limits();
  set_bounds(Bounds::of_preparing(limits.value_bytes));
  sqlite3_limit(database, SQLITE_LIMIT_SQL_LENGTH,
                static_cast<int>(limits.sql_bytes + Bounds::kAddedSql));
  sqlite3_limit(database, SQLITE_LIMIT_ATTACHED, 1);  // For VACUUM.
  sqlite3_limit(database, SQLITE_LIMIT_WORKER_THREADS, 0);
  sqlite3_limit(database, SQLITE_LIMIT_TRIGGER_DEPTH, 100);
  sqlite3_limit(database, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 500);
  sqlite3_test_control(SQLITE_TESTCTRL_OPTIMIZATIONS, database, kFactorOutConst);  // Off.
  sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0, nullptr);
}

void Connection::set_bounds(const Bounds& bounds) {
  if (bounds != bounds_) bounds.set(*database_);
  bounds_ = bounds;
}

int Connection::close() {
  const auto code = sqlite3_close(database_.get());
  if (code == SQLITE_OK) static_cast<void>(database_.release());
  return code;
}

Expected<void, Errno> Connection::execute(std::string_view sql) {
  auto text = copy(sql);
  if (!text.has_value()) return Unexpected(text.error());
  const char* rest = text->c_str();
  const auto* end = rest + text->size();
  while (rest != end) {
    if (must_end()) return failed(SQLITE_INTERRUPT);
    Prepared prepared;
    if (const auto code = prepare_first(rest, end, prepared)) return failed(code);
    auto code = SQLITE_DONE;
    if (prepared.statement) {
      set_bounds(prepared.bounds);
      do code = sqlite3_step(prepared.statement.get());
      while (code == SQLITE_ROW);
    }
    if (code != SQLITE_DONE) return failed(code);
  }
  return {};
}

Expected<Prepared, Errno> Connection::prepare(std::string_view sql) {
  auto text = copy(sql);
  if (!text.has_value()) return Unexpected(text.error());
  const char* rest = text->c_str();
  const auto* end = rest + text->size();
  Prepared prepared;
  if (const auto code = prepare_first(rest, end, prepared)) return failed(code);
  if (!prepared.statement) {
    return failed(ReturnedNullPointer{}, SQLITE_ERROR, "there is no statement");
  }
  while (rest != end) {
    Prepared another;
    if (prepare_first(rest, end, another) != SQLITE_OK || another.statement) {
      return failed(Sqlite{SQLITE_ERROR}, SQLITE_ERROR, "text follows the statement");
    }
  }
  return prepared;
}

// `sql` moves behind the statement, which stays null where there is none before `end`.
int Connection::prepare_first(const char*& sql, const char* end, Prepared& prepared) {
  auto& database = *database_;
  const auto value_bytes = place_.app().limits().value_bytes;
  set_bounds(Bounds::of_preparing(value_bytes));
  sqlite3_stmt* statement = nullptr;
  authorizer_.set_preparing(true);
  const auto size = static_cast<int>(end - sql) + 1;  // With the zero, it is not copied.
  const auto code = sqlite3_prepare_v2(&database, sql, size, &statement, &sql);
  prepared.statement.reset(statement);
  if (statement != nullptr) prepared.bounds = Bounds::of(database, *statement, value_bytes);
  authorizer_.set_preparing(false);
  return code;
}

Expected<std::string, Errno> Connection::copy(std::string_view sql) {
  if (sql.size() > place_.app().limits().sql_bytes) {
    return failed(Sqlite{SQLITE_TOOBIG}, SQLITE_TOOBIG, sqlite3_errstr(SQLITE_TOOBIG));
  }
  if (sql.find('\0') != sql.npos) {
    return failed(ConvertingCString{}, SQLITE_ERROR, "there is a zero in the text");
  }
  return std::string(sql);
}

Unexpected<Errno> Connection::failed(int code) {
  const std::string message = database_ ? sqlite3_errmsg(database_.get()) : sqlite3_errstr(code);
  // Of a function that is refused, SQLite itself says SQLITE_ERROR.
  const bool may_be_refusal = code == SQLITE_AUTH || code == SQLITE_ERROR;
  if (may_be_refusal && authorizer_.refused() == Authorizer::Refused::Pragma) {
    return failed(ForbiddenPragmaCommand{}, SQLITE_AUTH, message);
  }
  if (may_be_refusal && authorizer_.refused() == Authorizer::Refused::Other) {
    return failed(Sqlite{SQLITE_AUTH}, SQLITE_AUTH, message);
  }
  if (code == SQLITE_CONSTRAINT &&
      sqlite3_extended_errcode(database_.get()) == SQLITE_CONSTRAINT_COMMITHOOK) {
    return failed(Sqlite{SQLITE_FULL}, SQLITE_FULL, "the log is full, and calls still read it");
  }
  return failed(Sqlite{code}, code, message);
}

Unexpected<Errno> Connection::failed(Errno error, int code, std::string message) {
  report(code);
  last_error_ = {code, std::move(message)};
  return Unexpected(error);
}

// Whether it is for a limit.
void Connection::report(int code) {
  if (call_ == nullptr) return;
  if (code == SQLITE_FULL) call_->report(Limit::Database);
  if (code == SQLITE_TOOBIG) call_->report(Limit::DatabaseValue);
  // So a function ends, too, whose call is at its end.
  if (code == SQLITE_NOMEM && !must_end()) call_->report(Limit::DatabaseMemory);
}

// Of the CPU, only what this function uses is known here; the call ends with it if it is too much.
bool Connection::must_end() {
  if (call_ == nullptr) return false;
  const auto now = std::chrono::steady_clock::now();
  if (call_->is_cancelled() || now >= call_->deadline()) return true;
  if (!first_look_) first_look_ = now;
  const auto most = call_->generation().limits.cpu;
  const auto time = now - *first_look_;
  if (!cpu_before_ && time >= kFree) cpu_before_ = cpu_time();
  // It is never more than the time that goes by.
  return time >= most && cpu_before_ && cpu_time() - *cpu_before_ >= most;
}

int Connection::progress(void* self) noexcept {
  return static_cast<Connection*>(self)->must_end() ? 1 : 0;
}

// Another connection writes: naps, longer and longer.
int Connection::busy(void* self, int times) noexcept {
  auto& connection = *static_cast<Connection*>(self);
  if (connection.call_ == nullptr || connection.must_end()) return 0;
  const auto now = std::chrono::steady_clock::now();
  if (times == 0) connection.waiting_since_ = now;
  const auto waited = now - *connection.waiting_since_;
  if (waited > kHoldingWorker && connection.call_->holds_worker()) return 0;
  if (waited > kShortening && connection.shortening_log_) return 0;
  std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(kLongestNap, 50us * (times + 1)));
  return 1;
}

int Connection::refuses_commit(void* self) noexcept {
  return static_cast<Connection*>(self)->place_.app().log_is_full() ? 1 : 0;
}

// From a quarter of its most on, the log begins anew once its readers let it.
int Connection::committed(void* self, sqlite3* database, const char*, int pages) noexcept {
  auto& connection = *static_cast<Connection*>(self);
  auto& app = connection.place_.app();
  app.set_log_pages(pages);
  if (pages < kLogPages) return SQLITE_OK;
  connection.shortening_log_ = true;
  app.shorten_log(*database, pages < app.most_log_pages() / 4 ? SQLITE_CHECKPOINT_PASSIVE
                                                              : SQLITE_CHECKPOINT_TRUNCATE);
  connection.shortening_log_ = false;
  return SQLITE_OK;
}

}  // namespace hermes::sqlite
