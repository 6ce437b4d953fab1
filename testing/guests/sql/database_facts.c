// Opening, closing, statements, errors.

#include "sql/facts.h"

static bool memory_is_private(void) {
  own_database one;
  own_database two;
  return open_memory(&one) && open_memory(&two) && run(one, "CREATE TABLE t (x)") &&
         !run(two, "SELECT * FROM t") && is_code(1);
}

static bool memory_for_reading(void) {
  own_database opened;
  return !hermes_sqlite_api_open(true, true, &opened, &last_error) &&
         is_error(HERMES_SQLITE_API_ERRNO_INVALID_IN_MEMORY_CONFIG);
}

static bool close_with_statements(void) {
  own_database opened;
  own_statement prepared;
  return open_memory(&opened) && prepare(opened, "SELECT 1", &prepared) &&
         !close_database(opened) && is_code(5) && run(opened, "SELECT 1") && finalize(prepared) &&
         close_database(opened);
}

static bool closed(void) {
  own_database opened;
  own_statement prepared;
  return open_memory(&opened) && close_database(opened) && !run(opened, "SELECT 1") &&
         is_code(21) && !prepare(opened, "SELECT 1", &prepared) && is_code(21) &&
         !close_database(opened) && is_code(21);
}

static bool statement_keeps_database(void) {
  own_database opened;
  own_statement prepared;
  if (!open_memory(&opened) || !prepare(opened, "SELECT 1", &prepared)) return false;
  hermes_sqlite_api_sqlite_drop_own(opened);
  return has_row(prepared) && is_done(prepared) && finalize(prepared);
}

static bool no_statement(void) {
  static const char* const texts[] = {"", " \n\t", "-- comment", "/* comment */", ";"};
  own_database opened;
  own_statement prepared;
  if (!open_memory(&opened)) return false;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; ++i) {
    if (prepare(opened, texts[i], &prepared)) return false;
    if (!is_error(HERMES_SQLITE_API_ERRNO_RETURNED_NULL_POINTER)) return false;
  }
  return true;
}

static bool trailing_text(void) {
  static const char* const texts[] = {"SELECT 1; SELECT 2", "SELECT 1; nonsense",
                                      "SELECT 1;;-- c\nSELECT 2"};
  own_database opened;
  own_statement prepared;
  if (!open_memory(&opened)) return false;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; ++i) {
    if (prepare(opened, texts[i], &prepared) || !is_code(1)) return false;
  }
  return prepare(opened, "SELECT 1; -- that is all\n ; /* yes */ ", &prepared);
}

static bool zero_in_sql(void) {
  own_database opened;
  hermes_string_t text = {(uint8_t*)"SELECT 1\0;", 10};
  return open_memory(&opened) &&
         !hermes_sqlite_api_method_sqlite_execute(hermes_sqlite_api_borrow_sqlite(opened), &text,
                                                  &last_error) &&
         is_error(HERMES_SQLITE_API_ERRNO_CONVERTING_C_STRING);
}

static bool several_statements(void) {
  own_database opened;
  value count;
  return open_memory(&opened) &&
         run(opened, "CREATE TABLE t (x); INSERT INTO t VALUES (1), (2); ; -- end") &&
         first_value(opened, "SELECT count(*) FROM t", &count) && count.val.int32 == 2 &&
         !run(opened, "INSERT INTO t VALUES (3); INSERT INTO nowhere VALUES (4)") &&
         first_value(opened, "SELECT count(*) FROM t", &count) && count.val.int32 == 3;
}

static bool last_error_is_told(void) {
  own_database opened;
  hermes_sqlite_api_error_info_t info;
  if (!open_memory(&opened)) return false;
  const database borrowed = hermes_sqlite_api_borrow_sqlite(opened);
  if (hermes_sqlite_api_method_sqlite_errcode(borrowed, &info)) return false;
  if (run(opened, "SELECT * FROM nowhere")) return false;
  return run(opened, "SELECT 1") && hermes_sqlite_api_method_sqlite_errcode(borrowed, &info) &&
         info.code == 1 && hermes_text_is(info.message, "no such table: nowhere");
}

static bool foreign_keys(void) {
  own_database opened;
  return open_memory(&opened) &&
         run(opened, "CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (a REFERENCES a)") &&
         !run(opened, "INSERT INTO b VALUES (1)") && is_code(19);
}

static bool error_of_last_step(void) {
  own_database opened;
  own_statement prepared;
  return open_memory(&opened) &&
         run(opened, "CREATE TABLE t (x UNIQUE); INSERT INTO t VALUES (1)") &&
         prepare(opened, "INSERT INTO t VALUES (1)", &prepared) && !is_done(prepared) &&
         is_code(19) && !reset(prepared) && is_code(19) && !is_done(prepared) &&
         !finalize(prepared) && is_code(19) && close_database(opened);
}

FACT_GROUP(database_facts, {"a database in memory is private to its open", memory_is_private},
           {"a database in memory is not for reading alone", memory_for_reading},
           {"close with unfinalised statements is busy and leaves it open", close_with_statements},
           {"a closed database gives misuse", closed},
           {"a statement keeps its database open", statement_keeps_database},
           {"a text without a statement gives returned-null-pointer", no_statement},
           {"text behind the statement is an error", trailing_text},
           {"a zero in the text is an error", zero_in_sql},
           {"execute runs every statement until one fails", several_statements},
           {"errcode tells the last error", last_error_is_told},
           {"foreign keys are on", foreign_keys},
           {"reset and finalize tell the error of the last step", error_of_last_step});
