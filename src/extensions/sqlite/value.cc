#include "extensions/sqlite/value.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <limits>
#include <span>
#include <string_view>
#include <utility>
#include <variant>

#include "base/utf8.h"

namespace hermes::sqlite {
namespace {

using namespace wit::sqlite;

constexpr std::uint64_t kYear10000 = 253'402'300'800;  // In seconds since 1970.
constexpr std::uint32_t kSecond = 1'000'000'000;       // In nanoseconds.

int bind_text(sqlite3_stmt& statement, int index, std::string_view text) {
  return sqlite3_bind_text64(&statement, index, text.data(), text.size(), SQLITE_TRANSIENT,
                             SQLITE_UTF8);
}

struct Binder {
  sqlite3_stmt& statement;
  int index;

  std::optional<int> operator()(const value::Blob& blob) const {
    if (blob.value.empty()) return sqlite3_bind_zeroblob(&statement, index, 0);
    return sqlite3_bind_blob64(&statement, index, blob.value.data(), blob.value.size(),
                               SQLITE_TRANSIENT);
  }
  std::optional<int> operator()(const value::Double& number) const {
    return sqlite3_bind_double(&statement, index, number.value);
  }
  std::optional<int> operator()(const value::Int32& number) const {
    return sqlite3_bind_int(&statement, index, number.value);
  }
  std::optional<int> operator()(const value::Int64& number) const {
    return sqlite3_bind_int64(&statement, index, number.value);
  }
  std::optional<int> operator()(const value::Null&) const {
    return sqlite3_bind_null(&statement, index);
  }
  std::optional<int> operator()(const value::Text& text) const {
    return bind_text(statement, index, text.value);
  }
  std::optional<int> operator()(const value::Datetime& datetime) const {
    const auto text = text_of(datetime.value);
    if (!text) return std::nullopt;
    return bind_text(statement, index, *text);
  }
};

Value integer(std::int64_t number) {
  using Int32 = std::numeric_limits<std::int32_t>;
  if (number < Int32::min() || number > Int32::max()) return value::Int64{number};
  return value::Int32{static_cast<std::int32_t>(number)};
}

// Of a text or blob; nullopt where there is no memory for one whose zeroes are not written out yet.
std::optional<std::span<const std::uint8_t>> content(sqlite3_stmt& statement, int index) {
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(&statement, index));
  const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(&statement, index));
  if (data == nullptr && size > 0) return std::nullopt;
  return std::span(data, data == nullptr ? 0 : size);
}

Expected<Value, int> text(sqlite3_stmt& statement, int index) {
  const auto bytes = content(statement, index);
  if (!bytes) return Unexpected(SQLITE_NOMEM);
  std::string text(bytes->begin(), bytes->end());
  if (!is_utf8(text)) return Unexpected(SQLITE_MISMATCH);
  return Value(value::Text{std::move(text)});
}

Expected<Value, int> blob(sqlite3_stmt& statement, int index) {
  const auto bytes = content(statement, index);
  if (!bytes) return Unexpected(SQLITE_NOMEM);
  return Value(value::Blob{{bytes->begin(), bytes->end()}});
}

}  // namespace

std::optional<std::string> text_of(const Datetime& datetime) {
  if (datetime.seconds >= kYear10000 || datetime.nanoseconds >= kSecond) return std::nullopt;
  const std::chrono::sys_seconds time{std::chrono::seconds(datetime.seconds)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  std::array<char, 64> text{};
  const auto length = std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02u %02d:%02d:%02d.%09u", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()), datetime.nanoseconds);
  return std::string(text.data(), static_cast<std::size_t>(length));
}

std::optional<int> bind(sqlite3_stmt& statement, int index, const Value& value) {
  return std::visit(Binder{statement, index}, value);
}

Expected<Value, int> column(sqlite3_stmt& statement, int index) {
  switch (sqlite3_column_type(&statement, index)) {
    case SQLITE_INTEGER:
      return integer(sqlite3_column_int64(&statement, index));
    case SQLITE_FLOAT:
      return Value(value::Double{sqlite3_column_double(&statement, index)});
    case SQLITE_TEXT:
      return text(statement, index);
    case SQLITE_BLOB:
      return blob(statement, index);
    default:
      return Value(value::Null{});
  }
}

}  // namespace hermes::sqlite
