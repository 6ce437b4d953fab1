#ifndef HERMES_GUESTS_SQL_FACTS_H
#define HERMES_GUESTS_SQL_FACTS_H

// Facts about hermes:sqlite, as a guest sees it: test(i) checks the i-th.

#include "hermes/text.h"

typedef hermes_sqlite_api_own_sqlite_t own_database;
typedef hermes_sqlite_api_borrow_sqlite_t database;
typedef hermes_sqlite_api_own_statement_t own_statement;
typedef hermes_sqlite_api_borrow_statement_t statement;
typedef hermes_sqlite_api_errno_t error_value;
typedef hermes_sqlite_api_value_t value;

typedef struct {
  const char* name;
  bool (*holds)(void);
} fact;

typedef struct {
  const fact* facts;
  size_t count;
} fact_group;

extern const fact_group database_facts;
extern const fact_group value_facts;

#define FACT_GROUP(group, ...)                   \
  static const fact all_facts[] = {__VA_ARGS__}; \
  const fact_group group = {all_facts, sizeof all_facts / sizeof *all_facts}

// The last error, and functions that set it where they fail.
static error_value last_error;

static inline bool is_error(uint8_t tag) {
  return last_error.tag == tag;
}
static inline bool is_code(int32_t code) {
  return is_error(HERMES_SQLITE_API_ERRNO_SQLITE) && last_error.val.sqlite == code;
}

static inline bool open_memory(own_database* opened) {
  return hermes_sqlite_api_open(false, true, opened, &last_error);
}
static inline bool run(own_database opened, const char* sql) {
  hermes_string_t text = hermes_text(sql);
  return hermes_sqlite_api_method_sqlite_execute(hermes_sqlite_api_borrow_sqlite(opened), &text,
                                                 &last_error);
}
static inline bool prepare(own_database opened, const char* sql, own_statement* prepared) {
  hermes_string_t text = hermes_text(sql);
  return hermes_sqlite_api_method_sqlite_prepare(hermes_sqlite_api_borrow_sqlite(opened), &text,
                                                 prepared, &last_error);
}
static inline bool close_database(own_database opened) {
  return hermes_sqlite_api_method_sqlite_close(hermes_sqlite_api_borrow_sqlite(opened),
                                               &last_error);
}
static inline bool bind(own_statement prepared, uint32_t index, value bound) {
  return hermes_sqlite_api_method_statement_bind(hermes_sqlite_api_borrow_statement(prepared),
                                                 index, &bound, &last_error);
}
static inline bool steps_to(own_statement prepared, uint8_t wanted) {
  hermes_sqlite_api_step_result_t result;
  return hermes_sqlite_api_method_statement_step(hermes_sqlite_api_borrow_statement(prepared),
                                                 &result, &last_error) &&
         result == wanted;
}
static inline bool has_row(own_statement prepared) {
  return steps_to(prepared, HERMES_SQLITE_API_STEP_RESULT_ROW);
}
static inline bool is_done(own_statement prepared) {
  return steps_to(prepared, HERMES_SQLITE_API_STEP_RESULT_DONE);
}
static inline bool column(own_statement prepared, uint32_t index, value* read) {
  return hermes_sqlite_api_method_statement_column(hermes_sqlite_api_borrow_statement(prepared),
                                                   index, read, &last_error);
}
static inline bool reset(own_statement prepared) {
  return hermes_sqlite_api_method_statement_reset(hermes_sqlite_api_borrow_statement(prepared),
                                                  &last_error);
}
static inline bool finalize(own_statement prepared) {
  return hermes_sqlite_api_static_statement_finalize(prepared, &last_error);
}

/// A statement in a database of its own.
static inline bool prepared_in_memory(const char* sql, own_statement* prepared) {
  own_database opened;
  return open_memory(&opened) && prepare(opened, sql, prepared);
}

/// The first column of the first row.
static inline bool first_value(own_database opened, const char* sql, value* read) {
  own_statement prepared;
  return prepare(opened, sql, &prepared) && has_row(prepared) && column(prepared, 0, read);
}

#endif
