// Resources that a function and a method make, a static function that takes one, a variant with a
// record of another package, a variant as an error.

#include "shapes/shapes.h"

typedef hermes_sqlite_api_own_sqlite_t own_database;
typedef hermes_sqlite_api_own_statement_t own_statement;
typedef hermes_sqlite_api_errno_t error_value;
typedef hermes_sqlite_api_value_t value;

enum {
  kBlob = HERMES_SQLITE_API_VALUE_BLOB,
  kDouble = HERMES_SQLITE_API_VALUE_DOUBLE,
  kInt32 = HERMES_SQLITE_API_VALUE_INT32,
  kInt64 = HERMES_SQLITE_API_VALUE_INT64,
  kNull = HERMES_SQLITE_API_VALUE_NULL,
  kText = HERMES_SQLITE_API_VALUE_TEXT,
  kDatetime = HERMES_SQLITE_API_VALUE_DATETIME,
};

static bool opened(own_database* database) {
  error_value error;
  return hermes_sqlite_api_open(false, true, database, &error);
}

static bool closed(own_database database) {
  error_value error;
  const bool done =
      hermes_sqlite_api_method_sqlite_close(hermes_sqlite_api_borrow_sqlite(database), &error);
  hermes_sqlite_api_sqlite_drop_own(database);
  return done;
}

static bool open_and_close(void) {
  own_database database;
  return opened(&database) && closed(database);
}

static bool error_with_payload(void) {
  own_database database;
  error_value error;
  return !hermes_sqlite_api_open(true, true, &database, &error) &&
         error.tag == HERMES_SQLITE_API_ERRNO_SQLITE && error.val.sqlite == -8;
}

static bool error_without_payload(void) {
  own_database database;
  own_statement statement;
  if (!opened(&database)) return false;
  error_value of_execute;
  error_value of_prepare;
  hermes_string_t empty = hermes_text("");
  const hermes_sqlite_api_borrow_sqlite_t borrowed = hermes_sqlite_api_borrow_sqlite(database);
  const bool refused =
      !hermes_sqlite_api_method_sqlite_execute(borrowed, &empty, &of_execute) &&
      !hermes_sqlite_api_method_sqlite_prepare(borrowed, &empty, &statement, &of_prepare);
  return refused && of_execute.tag == HERMES_SQLITE_API_ERRNO_CONVERTING_C_STRING &&
         of_prepare.tag == HERMES_SQLITE_API_ERRNO_RETURNED_NULL_POINTER && closed(database);
}

static bool option_of_record(void) {
  own_database database;
  if (!opened(&database)) return false;
  const hermes_sqlite_api_borrow_sqlite_t borrowed = hermes_sqlite_api_borrow_sqlite(database);
  hermes_sqlite_api_error_info_t info;
  if (hermes_sqlite_api_method_sqlite_errcode(borrowed, &info)) return false;
  hermes_string_t sql = hermes_text("SELECT 1");
  error_value error;
  return hermes_sqlite_api_method_sqlite_execute(borrowed, &sql, &error) &&
         hermes_sqlite_api_method_sqlite_errcode(borrowed, &info) && info.code == -1 &&
         same_string(info.message, sql) && closed(database);
}

static bool prepared(own_database database, own_statement* statement) {
  hermes_string_t sql = hermes_text("SELECT ?");
  error_value error;
  return hermes_sqlite_api_method_sqlite_prepare(hermes_sqlite_api_borrow_sqlite(database), &sql,
                                                 statement, &error);
}

static bool finalized(own_statement statement) {
  error_value error;
  return hermes_sqlite_api_static_statement_finalize(statement, &error);
}

static bool method_and_static(void) {
  own_database database;
  own_statement statement;
  if (!opened(&database) || !prepared(database, &statement)) return false;
  const hermes_sqlite_api_borrow_statement_t borrowed =
      hermes_sqlite_api_borrow_statement(statement);
  hermes_sqlite_api_step_result_t first;
  hermes_sqlite_api_step_result_t second;
  error_value error;
  return hermes_sqlite_api_method_statement_step(borrowed, &first, &error) &&
         first == HERMES_SQLITE_API_STEP_RESULT_ROW &&
         hermes_sqlite_api_method_statement_step(borrowed, &second, &error) &&
         second == HERMES_SQLITE_API_STEP_RESULT_DONE &&
         hermes_sqlite_api_method_statement_reset(borrowed, &error) && finalized(statement) &&
         closed(database);
}

static bool same_value(value left, value right) {
  if (left.tag != right.tag) return false;
  switch (left.tag) {
    case kBlob:
      return same_bytes(left.val.blob.ptr, left.val.blob.len, right.val.blob.ptr,
                        right.val.blob.len);
    case kDouble:
      return left.val.double_ == right.val.double_;
    case kInt32:
      return left.val.int32 == right.val.int32;
    case kInt64:
      return left.val.int64 == right.val.int64;
    case kText:
      return same_string(left.val.text, right.val.text);
    case kDatetime:
      return left.val.datetime.seconds == right.val.datetime.seconds &&
             left.val.datetime.nanoseconds == right.val.datetime.nanoseconds;
    default:
      return true;
  }
}

static bool every_case(void) {
  value values[] = {
      {kBlob, {.blob = {(uint8_t*)"\0\1", 2}}},
      {kDouble, {.double_ = -1.5}},
      {kInt32, {.int32 = INT32_MIN}},
      {kInt64, {.int64 = INT64_MAX}},
      {.tag = kNull},
      {kText, {.text = hermes_text("text")}},
      {kDatetime, {.datetime = {UINT64_MAX, 999999999}}},
  };
  const uint32_t count = sizeof values / sizeof *values;
  own_database database;
  own_statement statement;
  if (!opened(&database) || !prepared(database, &statement)) return false;
  const hermes_sqlite_api_borrow_statement_t borrowed =
      hermes_sqlite_api_borrow_statement(statement);
  value returned;
  error_value error;
  for (uint32_t i = 0; i < count; ++i) {
    if (!hermes_sqlite_api_method_statement_bind(borrowed, i, &values[i], &error)) return false;
  }
  for (uint32_t i = 0; i < count; ++i) {
    if (!hermes_sqlite_api_method_statement_column(borrowed, i, &returned, &error)) return false;
    if (!same_value(values[i], returned)) return false;
  }
  return !hermes_sqlite_api_method_statement_column(borrowed, count, &returned, &error) &&
         error.tag == HERMES_SQLITE_API_ERRNO_UNKNOWN_COLUMN_TYPE && finalized(statement) &&
         closed(database);
}

SHAPE_GROUP(sqlite_shapes, {"sqlite: a function that makes a resource", open_and_close},
            {"sqlite: an error with a payload", error_with_payload},
            {"sqlite: errors without one", error_without_payload},
            {"sqlite: an option of a record", option_of_record},
            {"sqlite: a method that makes a resource, a static that takes it", method_and_static},
            {"sqlite: every case of a variant", every_case});
