#include "database.h"

#include "hermes/cxx/text.h"
#include "hermes/log.h"

namespace shared_board {
namespace {

// `database` is null where there is none.
[[noreturn]] void fail(const hermes_sqlite_api_borrow_sqlite_t* database) {
  std::string record = "the database fails";
  hermes_sqlite_api_error_info_t info;
  if (database && hermes_sqlite_api_method_sqlite_errcode(*database, &info)) {
    record += ": ";
    record += hermes::view(info.message);
  }
  hermes_log(HERMES_LOGGING_API_LEVEL_ERROR, record.c_str());
  __builtin_trap();
}

}  // namespace

Statement::Statement(hermes_sqlite_api_borrow_sqlite_t database, std::string_view sql)
    : database_(database) {
  hermes_string_t text = hermes::borrow(sql);
  hermes_sqlite_api_errno_t error;
  if (!hermes_sqlite_api_method_sqlite_prepare(database_, &text, &statement_, &error)) {
    fail(&database_);
  }
}

Statement::~Statement() {
  hermes_sqlite_api_statement_drop_own(statement_);
}

Statement& Statement::bind(uint32_t parameter, std::string_view text) {
  hermes_sqlite_api_value_t value;
  value.tag = HERMES_SQLITE_API_VALUE_TEXT;
  value.val.text = hermes::borrow(text);
  set(parameter, value);
  return *this;
}

Statement& Statement::bind(uint32_t parameter, uint64_t number) {
  hermes_sqlite_api_value_t value;
  value.tag = HERMES_SQLITE_API_VALUE_INT64;
  value.val.int64 = static_cast<int64_t>(number);
  set(parameter, value);
  return *this;
}

void Statement::set(uint32_t parameter, hermes_sqlite_api_value_t value) {
  hermes_sqlite_api_errno_t error;
  const auto statement = hermes_sqlite_api_borrow_statement(statement_);
  if (!hermes_sqlite_api_method_statement_bind(statement, parameter, &value, &error)) {
    fail(&database_);
  }
}

bool Statement::step() {
  hermes_sqlite_api_errno_t error;
  hermes_sqlite_api_step_result_t result;
  const auto statement = hermes_sqlite_api_borrow_statement(statement_);
  if (!hermes_sqlite_api_method_statement_step(statement, &result, &error)) fail(&database_);
  return result == HERMES_SQLITE_API_STEP_RESULT_ROW;
}

std::string Statement::text(uint32_t column) const {
  hermes_sqlite_api_errno_t error;
  hermes_sqlite_api_value_t value;
  const auto statement = hermes_sqlite_api_borrow_statement(statement_);
  if (!hermes_sqlite_api_method_statement_column(statement, column, &value, &error)) {
    fail(&database_);
  }
  std::string text;
  if (value.tag == HERMES_SQLITE_API_VALUE_TEXT) text = hermes::view(value.val.text);
  hermes_sqlite_api_value_free(&value);
  return text;
}

uint64_t Statement::number(uint32_t column) const {
  hermes_sqlite_api_errno_t error;
  hermes_sqlite_api_value_t value;
  const auto statement = hermes_sqlite_api_borrow_statement(statement_);
  if (!hermes_sqlite_api_method_statement_column(statement, column, &value, &error)) {
    fail(&database_);
  }
  if (value.tag == HERMES_SQLITE_API_VALUE_INT32) return static_cast<uint64_t>(value.val.int32);
  if (value.tag == HERMES_SQLITE_API_VALUE_INT64) return static_cast<uint64_t>(value.val.int64);
  hermes_sqlite_api_value_free(&value);
  return 0;
}

Database::Database() {
  hermes_sqlite_api_errno_t error;
  if (!hermes_sqlite_api_open(/*readonly=*/false, /*memory=*/false, &database_, &error)) {
    fail(nullptr);
  }
}

Database::~Database() {
  hermes_sqlite_api_sqlite_drop_own(database_);
}

Statement Database::prepare(std::string_view sql) const {
  return {hermes_sqlite_api_borrow_sqlite(database_), sql};
}

void Database::execute(std::string_view sql) const {
  const auto database = hermes_sqlite_api_borrow_sqlite(database_);
  hermes_string_t text = hermes::borrow(sql);
  hermes_sqlite_api_errno_t error;
  if (!hermes_sqlite_api_method_sqlite_execute(database, &text, &error)) fail(&database);
}

}  // namespace shared_board
