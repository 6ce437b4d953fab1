// The component.

#include <string.h>

#include "hermes/text.h"
#include "rows/rows.h"

typedef hermes_sqlite_api_value_t value;

static hermes_sqlite_api_own_sqlite_t database;
static hermes_sqlite_api_own_statement_t statement;
static hermes_sqlite_api_errno_t error;

static hermes_sqlite_api_borrow_statement_t borrowed(void) {
  return hermes_sqlite_api_borrow_statement(statement);
}

bool rows_run(const char* sql) {
  hermes_string_t text = hermes_text(sql);
  return hermes_sqlite_api_method_sqlite_execute(hermes_sqlite_api_borrow_sqlite(database), &text,
                                                 &error);
}

bool rows_prepare(const char* sql) {
  hermes_string_t text = hermes_text(sql);
  return hermes_sqlite_api_method_sqlite_prepare(hermes_sqlite_api_borrow_sqlite(database), &text,
                                                 &statement, &error);
}

bool rows_bind_number(uint32_t index, int64_t number) {
  value bound = {HERMES_SQLITE_API_VALUE_INT64, {.int64 = number}};
  return hermes_sqlite_api_method_statement_bind(borrowed(), index, &bound, &error);
}

bool rows_bind_text(uint32_t index, const char* text, uint32_t size) {
  value bound = {HERMES_SQLITE_API_VALUE_TEXT, {.text = {(uint8_t*)text, size}}};
  return hermes_sqlite_api_method_statement_bind(borrowed(), index, &bound, &error);
}

bool rows_step(bool* row) {
  hermes_sqlite_api_step_result_t result = HERMES_SQLITE_API_STEP_RESULT_DONE;
  const bool ok = hermes_sqlite_api_method_statement_step(borrowed(), &result, &error);
  *row = result == HERMES_SQLITE_API_STEP_RESULT_ROW;
  return ok;
}

bool rows_number(uint32_t column, int64_t* number) {
  value read;
  if (!hermes_sqlite_api_method_statement_column(borrowed(), column, &read, &error)) return false;
  *number = read.tag == HERMES_SQLITE_API_VALUE_INT64 ? read.val.int64 : read.val.int32;
  return true;
}

bool rows_text(uint32_t column, uint32_t* size) {
  value read;
  if (!hermes_sqlite_api_method_statement_column(borrowed(), column, &read, &error)) return false;
  *size = (uint32_t)read.val.text.len;
  hermes_sqlite_api_value_free(&read);
  return true;
}

bool rows_reset(void) {
  return hermes_sqlite_api_method_statement_reset(borrowed(), &error);
}

bool rows_finalize(void) {
  return hermes_sqlite_api_static_statement_finalize(statement, &error);
}

bool exports_hermes_init_event_init(void) {
  return hermes_sqlite_api_open(false, false, &database, &error) && rows_insert_and_read_back();
}
