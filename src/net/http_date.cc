#include "net/http_date.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>

namespace hermes::net {
namespace {

using namespace std::chrono;

constexpr std::string_view kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::string_view kForm = "ddd, 00 mmm 0000 00:00:00 GMT";

void put(std::string& text, std::size_t at, std::size_t digits, unsigned number) {
  for (; digits > 0; number /= 10) text[at + --digits] = static_cast<char>('0' + number % 10);
}

std::optional<int> number(std::string_view text, std::size_t at, std::size_t digits) {
  int value = 0;
  const auto piece = text.substr(at, digits);
  if (!std::ranges::all_of(piece, [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
  std::from_chars(piece.data(), piece.data() + piece.size(), value);
  return value;
}

}  // namespace

std::string format_http_date(UtcTime time) {
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(floor<seconds>(time) - day);
  std::string text(kForm);
  text.replace(0, 3, kDays[weekday(day).c_encoding()]);
  put(text, 5, 2, static_cast<unsigned>(date.day()));
  text.replace(8, 3, kMonths[static_cast<unsigned>(date.month()) - 1]);
  put(text, 12, 4, static_cast<unsigned>(static_cast<int>(date.year())));
  put(text, 17, 2, static_cast<unsigned>(clock.hours().count()));
  put(text, 20, 2, static_cast<unsigned>(clock.minutes().count()));
  put(text, 23, 2, static_cast<unsigned>(clock.seconds().count()));
  return text;
}

std::optional<UtcTime> parse_http_date(std::string_view text) {
  if (text.size() != kForm.size()) return std::nullopt;
  const auto month_name = std::ranges::find(kMonths, text.substr(8, 3));
  const auto day_of_month = number(text, 5, 2);
  const auto year_number = number(text, 12, 4);
  const auto hour = number(text, 17, 2);
  const auto minute = number(text, 20, 2);
  const auto second = number(text, 23, 2);
  if (month_name == std::end(kMonths) || !day_of_month || !year_number || !hour || !minute ||
      !second || *hour > 23 || *minute > 59 || *second > 60) {
    return std::nullopt;
  }
  const year_month_day date(year(*year_number),
                            month(static_cast<unsigned>(month_name - kMonths) + 1),
                            day(static_cast<unsigned>(*day_of_month)));
  // The nanoseconds of UtcTime end in the year 2262.
  if (!date.ok() || *year_number < 1700 || *year_number > 2200) return std::nullopt;
  const UtcTime time =
      sys_days(date) + hours(*hour) + minutes(*minute) + seconds(std::min(*second, 59));
  if (text.substr(7, 1) != " " || text.substr(0, 5) != format_http_date(time).substr(0, 5) ||
      text.substr(25) != " GMT" || text[11] != ' ' || text[16] != ' ' || text[19] != ':' ||
      text[22] != ':') {
    return std::nullopt;
  }
  return time;
}

}  // namespace hermes::net
