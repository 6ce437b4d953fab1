// What is bound, and what is read.

#include "sql/facts.h"

#define VALUE(kind, ...) ((value){.tag = HERMES_SQLITE_API_VALUE_##kind, .val = {__VA_ARGS__}})
#define IS(kind, read) ((read).tag == HERMES_SQLITE_API_VALUE_##kind)

static bool indices(void) {
  own_statement prepared;
  value read;
  return prepared_in_memory("SELECT ?2, ?1", &prepared) &&
         bind(prepared, 1, VALUE(INT32, .int32 = 10)) &&
         bind(prepared, 2, VALUE(INT32, .int32 = 20)) &&
         !bind(prepared, 0, VALUE(INT32, .int32 = 0)) && is_code(25) &&
         !bind(prepared, 3, VALUE(INT32, .int32 = 0)) && is_code(25) &&
         !bind(prepared, UINT32_MAX, VALUE(INT32, .int32 = 0)) && is_code(25) &&
         has_row(prepared) && column(prepared, 0, &read) && read.val.int32 == 20 &&
         column(prepared, 1, &read) && read.val.int32 == 10;
}

static bool column_out_of_range(void) {
  own_statement prepared;
  value read;
  return prepared_in_memory("SELECT 1", &prepared) && !column(prepared, 0, &read) && is_code(25) &&
         has_row(prepared) && column(prepared, 0, &read) && !column(prepared, 1, &read) &&
         is_code(25) && !column(prepared, UINT32_MAX, &read) && is_code(25) && is_done(prepared) &&
         !column(prepared, 0, &read) && is_code(25);
}

static bool reset_clears(void) {
  own_statement prepared;
  value read;
  return prepared_in_memory("SELECT ?1", &prepared) &&
         bind(prepared, 1, VALUE(INT32, .int32 = 1)) && has_row(prepared) &&
         !bind(prepared, 1, VALUE(INT32, .int32 = 2)) && is_code(21) && reset(prepared) &&
         has_row(prepared) && column(prepared, 0, &read) && IS(NULL, read);
}

static bool text_with_zero(void) {
  own_statement prepared;
  value read;
  hermes_string_t text = {(uint8_t*)"a\0\xc3\xa9", 4};
  return prepared_in_memory("SELECT ?1, length(CAST(?1 AS BLOB))", &prepared) &&
         bind(prepared, 1, VALUE(TEXT, .text = text)) && has_row(prepared) &&
         column(prepared, 0, &read) && IS(TEXT, read) && read.val.text.len == 4 &&
         memcmp(read.val.text.ptr, text.ptr, 4) == 0 && column(prepared, 1, &read) &&
         read.val.int32 == 4;
}

static bool text_that_is_none(void) {
  own_statement prepared;
  value read;
  return prepared_in_memory("SELECT CAST(x'ff' AS TEXT)", &prepared) && has_row(prepared) &&
         !column(prepared, 0, &read) && is_error(HERMES_SQLITE_API_ERRNO_CONVERTING_C_STRING);
}

static bool datetimes(void) {
  own_statement prepared;
  value read;
  const wasi_clocks_wall_clock_datetime_t moment = {1700000000, 7};
  const wasi_clocks_wall_clock_datetime_t last = {253402300799, 999999999};
  const wasi_clocks_wall_clock_datetime_t past = {253402300800, 0};
  const wasi_clocks_wall_clock_datetime_t second = {0, 1000000000};
  return prepared_in_memory("SELECT ?1, ?2", &prepared) &&
         bind(prepared, 1, VALUE(DATETIME, .datetime = moment)) &&
         bind(prepared, 2, VALUE(DATETIME, .datetime = last)) &&
         !bind(prepared, 1, VALUE(DATETIME, .datetime = past)) &&
         is_error(HERMES_SQLITE_API_ERRNO_CONVERTING_NUMERIC) &&
         !bind(prepared, 1, VALUE(DATETIME, .datetime = second)) &&
         is_error(HERMES_SQLITE_API_ERRNO_CONVERTING_NUMERIC) && has_row(prepared) &&
         column(prepared, 0, &read) && IS(TEXT, read) &&
         hermes_text_is(read.val.text, "2023-11-14 22:13:20.000000007") &&
         column(prepared, 1, &read) &&
         hermes_text_is(read.val.text, "9999-12-31 23:59:59.999999999");
}

static bool is_int32(int64_t number) {
  own_statement prepared;
  value read;
  return prepared_in_memory("SELECT ?", &prepared) &&
         bind(prepared, 1, VALUE(INT64, .int64 = number)) && has_row(prepared) &&
         column(prepared, 0, &read) && IS(INT32, read) && read.val.int32 == number;
}

static bool is_int64(int64_t number) {
  own_statement prepared;
  value read;
  return prepared_in_memory("SELECT ?", &prepared) &&
         bind(prepared, 1, VALUE(INT64, .int64 = number)) && has_row(prepared) &&
         column(prepared, 0, &read) && IS(INT64, read) && read.val.int64 == number;
}

static bool integers(void) {
  return is_int32(0) && is_int32(INT32_MIN) && is_int32(INT32_MAX) &&
         is_int64((int64_t)INT32_MAX + 1) && is_int64((int64_t)INT32_MIN - 1) &&
         is_int64(INT64_MIN) && is_int64(INT64_MAX);
}

static bool blobs(void) {
  own_statement prepared;
  value read;
  return prepared_in_memory("SELECT ?1, ?2, typeof(?1)", &prepared) &&
         bind(prepared, 1, VALUE(BLOB, .blob = {(uint8_t*)"", 0})) &&
         bind(prepared, 2, VALUE(BLOB, .blob = {(uint8_t*)"\0\1", 2})) && has_row(prepared) &&
         column(prepared, 0, &read) && IS(BLOB, read) && read.val.blob.len == 0 &&
         column(prepared, 1, &read) && IS(BLOB, read) && read.val.blob.len == 2 &&
         read.val.blob.ptr[1] == 1 && column(prepared, 2, &read) &&
         hermes_text_is(read.val.text, "blob");
}

static bool other_kinds(void) {
  own_statement prepared;
  value read;
  return prepared_in_memory("SELECT ?1, ?2, ?3", &prepared) &&
         bind(prepared, 1, VALUE(DOUBLE, .double_ = -1.5)) &&
         bind(prepared, 2, VALUE(NULL, .int32 = 0)) &&
         bind(prepared, 3, VALUE(TEXT, .text = hermes_text(""))) && has_row(prepared) &&
         column(prepared, 0, &read) && IS(DOUBLE, read) && read.val.double_ == -1.5 &&
         column(prepared, 1, &read) && IS(NULL, read) && column(prepared, 2, &read) &&
         IS(TEXT, read) && read.val.text.len == 0;
}

// Twenty columns of 8 MB are more than an app may have.
static bool row_beside_a_failure(void) {
  static const char column_of_8_mb[] = "hex(zeroblob(4000000)),";
  char sql[20 * sizeof column_of_8_mb + 16] = "SELECT ";
  own_database opened;
  own_statement prepared;
  value read;
  for (int i = 0; i < 20; ++i) strcat(sql, column_of_8_mb);
  strcat(sql, "1");
  return open_memory(&opened) && prepare(opened, "SELECT 7, x'01'", &prepared) &&
         has_row(prepared) && !run(opened, sql) && is_code(7) && column(prepared, 0, &read) &&
         read.val.int32 == 7 && column(prepared, 1, &read) && read.val.blob.len == 1;
}

FACT_GROUP(value_facts, {"bind counts from 1, column from 0", indices},
           {"a column index out of range is an error", column_out_of_range},
           {"reset clears the bindings", reset_clears},
           {"text may hold a zero, and is stored without a terminator", text_with_zero},
           {"text that is not UTF-8 is an error", text_that_is_none},
           {"a datetime is stored as UTC text with nanoseconds", datetimes},
           {"an integer is int32 if it fits, else int64", integers},
           {"an empty blob is an empty list", blobs},
           {"doubles, null and empty text come back", other_kinds},
           {"a row is there while another statement has no memory", row_beside_a_failure});
