// Runs the SQL of a request's body in the database that the path says, as its method says, and
// answers what came of it, in text.
//
//   EXECUTE /file       the app's file: "done", or the error
//   QUERY   /readonly   the same, for reading: a line for each row, and the error, if there is one
//   QUERY   /memory     one in memory
//   STALE   /memory     prepares it, drops the statement, and steps it
//   HOLD    /file       steps it to a row, says so on stdout, and sleeps until it is stopped
//
// It ends with everything open.
// A row is its values with "|" between them: "int32 1|text abc|null". Blobs are told by their size.

#include <stdio.h>
#include <time.h>

#include "hermes/buffer.h"
#include "hermes/http.h"

typedef hermes_sqlite_api_errno_t error_value;
typedef hermes_sqlite_api_value_t value;

static void put_error(hermes_buffer* out, const error_value* error) {
  static const char* const names[] = {"sqlite",
                                      "converting-c-string",
                                      "invalid-in-memory-config",
                                      "invalid-persistent-config",
                                      "missing-database-name-for-persistent-config",
                                      "failed-opening-database",
                                      "failed-setting-database-size",
                                      "unknown-column-type",
                                      "forbidden-pragma-command",
                                      "returned-null-pointer",
                                      "converting-numeric"};
  hermes_put(out, names[error->tag]);
  if (error->tag != HERMES_SQLITE_API_ERRNO_SQLITE) return;
  hermes_put(out, "(");
  hermes_put_number(out, (uint64_t)error->val.sqlite);
  hermes_put(out, ")");
}

static void put_value(hermes_buffer* out, const value* value) {
  char text[64];
  switch (value->tag) {
    case HERMES_SQLITE_API_VALUE_INT32:
      snprintf(text, sizeof text, "int32 %d", value->val.int32);
      break;
    case HERMES_SQLITE_API_VALUE_INT64:
      snprintf(text, sizeof text, "int64 %lld", (long long)value->val.int64);
      break;
    case HERMES_SQLITE_API_VALUE_DOUBLE:
      snprintf(text, sizeof text, "double %g", value->val.double_);
      break;
    case HERMES_SQLITE_API_VALUE_BLOB:
      snprintf(text, sizeof text, "blob %zu", value->val.blob.len);
      break;
    case HERMES_SQLITE_API_VALUE_TEXT:
      hermes_put(out, "text ");
      hermes_put_bytes(out, value->val.text.ptr, value->val.text.len);
      return;
    default:
      snprintf(text, sizeof text, "null");
  }
  hermes_put(out, text);
}

// Also where the row has no more columns.
static void put_row(hermes_buffer* out, hermes_sqlite_api_borrow_statement_t statement) {
  value column;
  error_value error;
  for (uint32_t i = 0; hermes_sqlite_api_method_statement_column(statement, i, &column, &error);
       ++i) {
    if (i) hermes_put(out, "|");
    put_value(out, &column);
  }
  hermes_put(out, "\n");
}

static void query(hermes_buffer* out, hermes_sqlite_api_borrow_sqlite_t database,
                  hermes_string_t* sql) {
  hermes_sqlite_api_own_statement_t statement;
  hermes_sqlite_api_step_result_t result = HERMES_SQLITE_API_STEP_RESULT_ROW;
  error_value error;
  bool ok = hermes_sqlite_api_method_sqlite_prepare(database, sql, &statement, &error);
  while (ok) {
    const hermes_sqlite_api_borrow_statement_t borrowed =
        hermes_sqlite_api_borrow_statement(statement);
    ok = hermes_sqlite_api_method_statement_step(borrowed, &result, &error);
    if (ok && result == HERMES_SQLITE_API_STEP_RESULT_DONE) return;
    if (ok) put_row(out, borrowed);
  }
  put_error(out, &error);
}

static void execute(hermes_buffer* out, hermes_sqlite_api_borrow_sqlite_t database,
                    hermes_string_t* sql) {
  error_value error;
  if (hermes_sqlite_api_method_sqlite_execute(database, sql, &error)) {
    hermes_put(out, "done");
  } else {
    put_error(out, &error);
  }
}

// A statement that it no longer has, which the engine must notice.
static void step_what_is_gone(hermes_sqlite_api_borrow_sqlite_t database, hermes_string_t* sql) {
  hermes_sqlite_api_own_statement_t statement;
  hermes_sqlite_api_step_result_t result;
  error_value error;
  if (!hermes_sqlite_api_method_sqlite_prepare(database, sql, &statement, &error)) return;
  const hermes_sqlite_api_borrow_statement_t borrowed =
      hermes_sqlite_api_borrow_statement(statement);
  hermes_sqlite_api_statement_drop_own(statement);
  hermes_sqlite_api_method_statement_step(borrowed, &result, &error);
}

static void hold_a_row(hermes_sqlite_api_borrow_sqlite_t database, hermes_string_t* sql) {
  const struct timespec hour = {.tv_sec = 3600};
  hermes_sqlite_api_own_statement_t statement;
  hermes_sqlite_api_step_result_t result;
  error_value error;
  if (!hermes_sqlite_api_method_sqlite_prepare(database, sql, &statement, &error)) return;
  if (!hermes_sqlite_api_method_statement_step(hermes_sqlite_api_borrow_statement(statement),
                                               &result, &error)) {
    return;
  }
  puts("it holds a row");
  fflush(stdout);
  clock_nanosleep(CLOCK_MONOTONIC, 0, &hour, NULL);
}

bool exports_hermes_http_gateway_event_reply(
    hermes_binary_api_bstr_t* body, hermes_http_gateway_api_headers_t* headers,
    hermes_string_t* path, hermes_string_t* method,
    hermes_http_gateway_api_http_gateway_response_t* answer) {
  (void)headers;
  hermes_buffer out = {0};
  hermes_string_t sql = {body->ptr, body->len};
  hermes_sqlite_api_own_sqlite_t database;
  error_value error;
  if (!hermes_sqlite_api_open(hermes_text_is(*path, "/readonly"), hermes_text_is(*path, "/memory"),
                              &database, &error)) {
    put_error(&out, &error);
  } else if (hermes_text_is(*method, "QUERY")) {
    query(&out, hermes_sqlite_api_borrow_sqlite(database), &sql);
  } else if (hermes_text_is(*method, "STALE")) {
    step_what_is_gone(hermes_sqlite_api_borrow_sqlite(database), &sql);
  } else if (hermes_text_is(*method, "HOLD")) {
    hold_a_row(hermes_sqlite_api_borrow_sqlite(database), &sql);
  } else {
    execute(&out, hermes_sqlite_api_borrow_sqlite(database), &sql);
  }
  return hermes_http_answer_bytes(answer, 200, "text/plain", out.text, out.size);
}
