#pragma once

// The app's database. What fails there ends the call, with a record that says why: nothing that the
// board could do instead would be of use.

#include <cstdint>
#include <string>
#include <string_view>

#include "hermes.h"

namespace shared_board {

class Statement {
 public:
  Statement(hermes_sqlite_api_borrow_sqlite_t database, std::string_view sql);
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();

  /// The first parameter is 1.
  Statement& bind(uint32_t parameter, std::string_view text);
  Statement& bind(uint32_t parameter, uint64_t number);

  /// To the next row, or to the end: whether there is a row.
  bool step();

  /// Of the row; the first column is 0. Empty where the column is no text.
  std::string text(uint32_t column) const;

  /// 0 where the column is no number.
  uint64_t number(uint32_t column) const;

 private:
  void set(uint32_t parameter, hermes_sqlite_api_value_t value);

  hermes_sqlite_api_borrow_sqlite_t database_;
  hermes_sqlite_api_own_statement_t statement_;
};

class Database {
 public:
  Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  Statement prepare(std::string_view sql) const;
  void execute(std::string_view sql) const;

 private:
  hermes_sqlite_api_own_sqlite_t database_;
};

}  // namespace shared_board
