#include "extensions/sqlite/resources.h"

#include <algorithm>
#include <limits>

#include "extensions/sqlite/value.h"

namespace hermes::sqlite {
namespace {

using namespace wit::sqlite::errno_;
using wit::sqlite::ErrorInfo;
using wit::sqlite::StepResult;
using Done = Expected<void, Errno>;

Unexpected<Errno> closed(Connection& connection) {
  return connection.failed(Sqlite{SQLITE_MISUSE}, SQLITE_MISUSE, "the database is closed");
}

// One that SQLite knows to be out of range stays so.
int index_of(std::uint32_t index) {
  constexpr auto kMost = static_cast<std::uint32_t>(std::numeric_limits<int>::max());
  return static_cast<int>(std::min(index, kMost));
}

}  // namespace

Result<Done> Database::close(CallContext& call) {
  if (connection_->database() == nullptr) return Done(closed(*connection_));
  const Connection::Use use(*connection_, call);
  if (const auto code = connection_->close()) return Done(connection_->failed(code));
  return Done();
}

Result<std::optional<ErrorInfo>> Database::errcode(CallContext&) {
  return connection_->last_error();
}

Result<Expected<std::unique_ptr<wit::sqlite::Statement>, Errno>> Database::prepare(
    CallContext& call, std::string_view sql) {
  using Answer = Expected<std::unique_ptr<wit::sqlite::Statement>, Errno>;
  if (connection_->database() == nullptr) return Answer(closed(*connection_));
  const Connection::Use use(*connection_, call);
  auto prepared = connection_->prepare(sql);
  if (!prepared.has_value()) return Answer(Unexpected(prepared.error()));
  return Answer(std::make_unique<Statement>(connection_, *std::move(prepared)));
}

Result<Done> Database::execute(CallContext& call, std::string_view sql) {
  if (connection_->database() == nullptr) return Done(closed(*connection_));
  const Connection::Use use(*connection_, call);
  return connection_->execute(sql);
}

Result<Done> Statement::bind(CallContext& call, std::uint32_t index, Value value) {
  const Connection::Use use(*connection_, call, prepared_);
  const auto code = sqlite::bind(statement(), index_of(index), value);
  if (!code) {
    return Done(connection_->failed(ConvertingNumeric{}, SQLITE_RANGE,
                                    "the datetime is past the year 9999, or has too many ns"));
  }
  if (*code != SQLITE_OK) return Done(connection_->failed(*code));
  return Done();
}

Result<Expected<StepResult, Errno>> Statement::step(CallContext& call) {
  using Answer = Expected<StepResult, Errno>;
  const Connection::Use use(*connection_, call, prepared_);
  const auto code = sqlite3_step(&statement());
  if (code == SQLITE_ROW) return Answer(StepResult::Row);
  if (code == SQLITE_DONE) return Answer(StepResult::Done);
  return Answer(connection_->failed(code));
}

Result<Expected<Value, Errno>> Statement::column(CallContext& call, std::uint32_t index) {
  using Answer = Expected<Value, Errno>;
  const Connection::Use use(*connection_, call, prepared_);
  if (index_of(index) >= sqlite3_data_count(&statement())) {
    return Answer(connection_->failed(Sqlite{SQLITE_RANGE}, SQLITE_RANGE,
                                      "there is no such column, or no row"));
  }
  auto value = sqlite::column(statement(), index_of(index));
  if (value.has_value()) return Answer(*std::move(value));
  if (value.error() == SQLITE_NOMEM) {
    return Answer(
        connection_->failed(Sqlite{SQLITE_NOMEM}, SQLITE_NOMEM, sqlite3_errstr(SQLITE_NOMEM)));
  }
  return Answer(connection_->failed(ConvertingCString{}, SQLITE_MISMATCH, "the text is not UTF-8"));
}

Result<Done> Statement::reset(CallContext& call) {
  const Connection::Use use(*connection_, call, prepared_);
  const auto code = sqlite3_reset(&statement());
  sqlite3_clear_bindings(&statement());
  if (code != SQLITE_OK) return Done(connection_->failed(code));
  return Done();
}

Done Statement::finalize(CallContext& call) {
  const Connection::Use use(*connection_, call, prepared_);
  const auto code = sqlite3_finalize(prepared_.statement.release());
  if (code != SQLITE_OK) return connection_->failed(code);
  return {};
}

}  // namespace hermes::sqlite
