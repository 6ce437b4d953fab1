// Inserts rows in one transaction and reads them back: the same program as a component, through
// hermes:sqlite, and as a native one, on SQLite itself.

#ifndef HERMES_BENCH_ROWS_H
#define HERMES_BENCH_ROWS_H

#include <stdbool.h>
#include <stdint.h>

enum { Rows = 100000 };

// What the two do differently. Each returns whether it went well.
bool rows_run(const char* sql);
bool rows_prepare(const char* sql);
bool rows_bind_number(uint32_t index, int64_t number);
bool rows_bind_text(uint32_t index, const char* text, uint32_t size);
bool rows_step(bool* row);
bool rows_number(uint32_t column, int64_t* number);
bool rows_text(uint32_t column, uint32_t* size);
bool rows_reset(void);
bool rows_finalize(void);

static bool rows_insert(void) {
  char text[] = "the text of row 000000";
  bool row = false;
  if (!rows_run("BEGIN") || !rows_prepare("INSERT INTO rows VALUES (?, ?)")) return false;
  for (int64_t i = 0; i < Rows; ++i) {
    int64_t digits = i;
    for (int at = sizeof text - 2; at > 15; --at, digits /= 10)
      text[at] = (char)('0' + digits % 10);
    if (!rows_bind_number(1, i) || !rows_bind_text(2, text, sizeof text - 1)) return false;
    if (!rows_step(&row) || row || !rows_reset()) return false;
  }
  return rows_finalize() && rows_run("COMMIT");
}

static bool rows_read_back(void) {
  int64_t count = 0;
  int64_t sum = 0;
  bool row = false;
  if (!rows_prepare("SELECT id, text FROM rows")) return false;
  while (rows_step(&row) && row) {
    int64_t number = 0;
    uint32_t size = 0;
    if (!rows_number(0, &number) || !rows_text(1, &size) || size != 22) return false;
    sum += number;
    ++count;
  }
  return rows_finalize() && count == Rows && sum == (int64_t)Rows * (Rows - 1) / 2;
}

/// In a database that is open.
static bool rows_insert_and_read_back(void) {
  return rows_run("DROP TABLE IF EXISTS rows") &&
         rows_run("CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT)") && rows_insert() &&
         rows_read_back();
}

#endif
