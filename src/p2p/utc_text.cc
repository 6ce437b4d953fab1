#include "p2p/utc_text.h"

#include <chrono>

#include "base/timestamp.h"

namespace hermes::p2p {
namespace {

using std::chrono::floor;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::sys_seconds;
using std::chrono::year_month_day;

constexpr std::string_view kForm = "0000-00-00T00:00:00";
constexpr std::size_t kDigits = 9;  // Of nanoseconds.

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool has_form(std::string_view text) {
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    if (i >= text.size()) return false;
    if (kForm[i] == '0' ? !is_digit(text[i]) : text[i] != kForm[i]) return false;
  }
  return true;
}

int number(std::string_view digits) {
  int value = 0;
  for (const char digit : digits) value = value * 10 + (digit - '0');
  return value;
}

// ".5Z", ".25Z" or "Z".
std::optional<nanoseconds> parse_fraction(std::string_view text) {
  if (!text.ends_with('Z')) return std::nullopt;
  text.remove_suffix(1);
  if (text.empty()) return nanoseconds(0);
  if (!text.starts_with('.') || text.size() < 2 || text.size() > 1 + kDigits) return std::nullopt;
  std::string digits(text.substr(1));
  for (const char c : digits) {
    if (!is_digit(c)) return std::nullopt;
  }
  digits.resize(kDigits, '0');
  return nanoseconds(number(digits));
}

}  // namespace

std::string utc_text(UtcTime time) {
  auto text = timestamp(time);
  text.pop_back();  // The Z.
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text + 'Z';
}

std::optional<UtcTime> utc_from_text(std::string_view text) {
  if (!has_form(text)) return std::nullopt;
  const auto part = [&](std::size_t begin, std::size_t size) {
    return number(text.substr(begin, size));
  };
  const auto two = [&](std::size_t begin) { return static_cast<unsigned>(part(begin, 2)); };
  const year_month_day date(std::chrono::year(part(0, 4)), std::chrono::month(two(5)),
                            std::chrono::day(two(8)));
  const int hour = part(11, 2);
  const int minute = part(14, 2);
  const int second = part(17, 2);
  const auto fraction = parse_fraction(text.substr(kForm.size()));
  if (!date.ok() || hour > 23 || minute > 59 || second > 59 || !fraction) return std::nullopt;
  const sys_seconds whole =
      sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) + seconds(second);
  if (whole >= floor<seconds>(UtcTime::max())) return UtcTime::max();
  if (whole <= floor<seconds>(UtcTime::min()) + seconds(1)) return UtcTime::min();
  return whole + *fraction;
}

}  // namespace hermes::p2p
