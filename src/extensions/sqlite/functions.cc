#include "extensions/sqlite/functions.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "extensions/sqlite/pattern.h"
#include "extensions/sqlite/utf8_text.h"
#include "sql/database.h"

namespace hermes::sqlite {
namespace {

constexpr std::size_t kMostTrimmed = 1'000;  // Bytes of the characters to cut off.
constexpr int kLarge = 64 * 1024;            // What takes time to look through.

const std::function<bool()>& must_end(sqlite3_context* context) {
  return *static_cast<const std::function<bool()>*>(sqlite3_user_data(context));
}

bool is_null(sqlite3_value* value) {
  return sqlite3_value_type(value) == SQLITE_NULL;
}

std::string_view text(sqlite3_value* value) {
  const auto* data = reinterpret_cast<const char*>(sqlite3_value_text(value));
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

std::string_view blob(sqlite3_value* value) {
  const auto* data = static_cast<const char*>(sqlite3_value_blob(value));
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

// In linear time, which std::string_view does not promise.
std::size_t position(std::string_view text, std::string_view part, std::size_t from) {
  if (part.size() > text.size() - from) return text.npos;  // And there may be nothing to point at.
  const auto* found = ::memmem(text.data() + from, text.size() - from, part.data(), part.size());
  if (found == nullptr) return text.npos;
  return static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

// instr(X, Y): where Y begins in X, from 1, in bytes of blobs and characters of text.
void instr(sqlite3_context* context, int, sqlite3_value** values) {
  if (is_null(values[0]) || is_null(values[1])) return;
  const bool blobs =
      sqlite3_value_type(values[0]) == SQLITE_BLOB && sqlite3_value_type(values[1]) == SQLITE_BLOB;
  const auto read = blobs ? blob : text;
  const auto whole = read(values[0]);
  const auto part = read(values[1]);
  if (part.empty()) return sqlite3_result_int(context, 1);
  const auto at = position(whole, part, 0);
  if (at == whole.npos) return sqlite3_result_int(context, 0);
  const auto before = whole.substr(0, at);
  const auto skipped = blobs ? 0 : std::ranges::count_if(before, continues);
  sqlite3_result_int64(context, static_cast<std::int64_t>(at) - skipped + 1);
}

// How long `text` becomes when each `part` in it is replaced by so many bytes.
std::size_t replaced_size(std::string_view text, std::string_view part, std::size_t by) {
  auto size = text.size();
  for (auto at = position(text, part, 0); at != text.npos;
       at = position(text, part, at + part.size())) {
    size = size - part.size() + by;
  }
  return size;
}

void replace_all(std::string_view text, std::string_view part, std::string_view by, char* to) {
  std::size_t from = 0;
  for (;;) {
    const auto at = position(text, part, from);
    to = std::ranges::copy(text.substr(from, at - from), to).out;
    if (at == text.npos) return;
    to = std::ranges::copy(by, to).out;
    from = at + part.size();
  }
}

// replace(X, Y, Z): X with Z for each Y.
void replace(sqlite3_context* context, int, sqlite3_value** values) {
  if (is_null(values[0]) || is_null(values[1]) || is_null(values[2])) return;
  const auto whole = text(values[0]);
  const auto part = text(values[1]);
  const auto by = text(values[2]);
  if (part.empty()) return sqlite3_result_value(context, values[0]);
  const auto size = replaced_size(whole, part, by.size());
  const auto most = sqlite3_limit(sqlite3_context_db_handle(context), SQLITE_LIMIT_LENGTH, -1);
  if (size > static_cast<std::size_t>(most)) return sqlite3_result_error_toobig(context);
  auto* result = static_cast<char*>(sqlite3_malloc64(size + 1));
  if (result == nullptr) return sqlite3_result_error_nomem(context);
  replace_all(whole, part, by, result);
  sqlite3_result_text64(context, result, size, sqlite3_free, SQLITE_UTF8);
}

// The character at the end: all bytes that belong to it.
std::string_view last_of(std::string_view text) {
  auto begin = text.size() - 1;
  while (begin > 0 && continues(text[begin])) --begin;
  return text.substr(begin);
}

std::vector<std::string_view> characters(std::string_view text) {
  std::vector<std::string_view> characters;
  while (!text.empty()) {
    characters.push_back(first_of(text));
    text.remove_prefix(characters.back().size());
  }
  std::ranges::sort(characters);
  return characters;
}

enum Side : std::uint8_t { Left = 1, Right = 2 };

// trim(X, Y): X without the characters of Y at its ends; without Y, blanks.
template <int kSides>
void trim(sqlite3_context* context, int count, sqlite3_value** values) {
  if (is_null(values[0]) || (count == 2 && is_null(values[1]))) return;
  auto rest = text(values[0]);
  const auto cut = count == 2 ? text(values[1]) : std::string_view(" ");
  if (cut.size() > kMostTrimmed) return sqlite3_result_error_toobig(context);
  const auto set = characters(cut);
  const auto is_cut = [&](std::string_view c) { return std::ranges::binary_search(set, c); };
  while ((kSides & Left) != 0 && !rest.empty() && is_cut(first_of(rest))) {
    rest.remove_prefix(first_of(rest).size());
  }
  while ((kSides & Right) != 0 && !rest.empty() && is_cut(last_of(rest))) {
    rest.remove_suffix(last_of(rest).size());
  }
  sqlite3_result_text64(context, rest.data() == nullptr ? "" : rest.data(), rest.size(),
                        SQLITE_TRANSIENT, SQLITE_UTF8);
}

// like(Y, X, E): whether X is like the pattern Y, in which E makes a letter of what follows. The
// same of glob(Y, X). SQLite reads to the first zero, and takes no blobs.
template <auto kMatch>
void match(sqlite3_context* context, int count, sqlite3_value** values) {
  const auto is_blob = [](sqlite3_value* value) {
    return sqlite3_value_type(value) == SQLITE_BLOB;
  };
  if (is_blob(values[0]) || is_blob(values[1])) return sqlite3_result_int(context, 0);
  const auto until_zero = [](std::string_view text) { return text.substr(0, text.find('\0')); };
  const auto pattern = text(values[0]);
  const auto most =
      sqlite3_limit(sqlite3_context_db_handle(context), SQLITE_LIMIT_LIKE_PATTERN_LENGTH, -1);
  if (pattern.size() > static_cast<std::size_t>(most)) {
    return sqlite3_result_error(context, "LIKE or GLOB pattern too complex", -1);
  }
  if (count == 3 && is_null(values[2])) return;
  const auto escape = count == 3 ? until_zero(text(values[2])) : std::string_view();
  if (count == 3 && (escape.empty() || first_of(escape) != escape)) {
    return sqlite3_result_error(context, "ESCAPE expression must be a single character", -1);
  }
  if (is_null(values[0]) || is_null(values[1])) return;
  const auto matches =
      kMatch(until_zero(text(values[1])), until_zero(pattern), escape, must_end(context));
  if (!matches) return sqlite3_result_error_code(context, SQLITE_INTERRUPT);
  sqlite3_result_int(context, *matches ? 1 : 0);
}

using Run = void(sqlite3_context*, int, sqlite3_value**);

// One that has much to do asks first whether to begin.
template <Run* kRun>
void run(sqlite3_context* context, int count, sqlite3_value** values) {
  const auto is_large = [](sqlite3_value* value) {
    const auto type = sqlite3_value_type(value);
    return (type == SQLITE_TEXT || type == SQLITE_BLOB) && sqlite3_value_bytes(value) >= kLarge;
  };
  if (std::any_of(values, values + count, is_large) && must_end(context)()) {
    return sqlite3_result_error_code(context, SQLITE_INTERRUPT);
  }
  kRun(context, count, values);
}

struct Function {
  const char* name;
  int arguments;
  Run* run;
};

constexpr Function kFunctions[] = {
    {"instr", 2, run<instr>},       {"replace", 3, run<replace>},   {"trim", 1, run<trim<3>>},
    {"trim", 2, run<trim<3>>},      {"ltrim", 1, run<trim<Left>>},  {"ltrim", 2, run<trim<Left>>},
    {"rtrim", 1, run<trim<Right>>}, {"rtrim", 2, run<trim<Right>>}, {"like", 2, run<match<like>>},
    {"like", 3, run<match<like>>},  {"glob", 2, run<match<glob>>},
};

}  // namespace

Result<> add_functions(sqlite3& database, std::function<bool()>& must_end) {
  constexpr int kFlags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
  for (const auto& [name, arguments, run] : kFunctions) {
    const auto code = sqlite3_create_function_v2(&database, name, arguments, kFlags, &must_end, run,
                                                 nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return sql::error_of(database);
  }
  return {};
}

}  // namespace hermes::sqlite
