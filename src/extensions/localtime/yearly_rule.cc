#include "extensions/localtime/yearly_rule.h"

#include <charconv>

namespace hermes::localtime {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::sys_seconds;
using std::chrono::year;

// Reads one thing after the other; what is not there is remembered as a failure.
class YearlyRule::Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  bool failed() const { return failed_; }
  bool at_end() const { return rest_.empty(); }

  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void expect(char c) { failed_ |= !take(c); }

  // "CET" or "<-03>", which nobody asks for.
  void name() {
    const bool quoted = take('<');
    const auto end = quoted ? rest_.find('>') : rest_.find_first_of("+-,0123456789");
    if (end == rest_.npos || end == 0) return fail();
    rest_.remove_prefix(quoted ? end + 1 : end);
  }

  unsigned number(unsigned least, unsigned most) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (error != std::errc() || value < least || value > most) {
      fail();
      return least;
    }
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return value;
  }

  // "3", "-1", "2:45", "-10:30:15"
  seconds time(unsigned most_hours) {
    const bool negative = take('-');
    if (!negative) take('+');
    seconds value = hours(number(0, most_hours));
    if (take(':')) value += minutes(number(0, 59));
    if (take(':')) value += seconds(number(0, 59));
    return negative ? -value : value;
  }

  // POSIX counts west of Greenwich.
  seconds offset() { return -time(24); }

  // "M10.5.0/3"
  Change change() {
    expect('M');
    Change change{};
    change.month = std::chrono::month(number(1, 12));
    expect('.');
    change.week = number(1, 5);
    expect('.');
    change.day = std::chrono::weekday(number(0, 6));
    change.time = take('/') ? time(167) : seconds(hours(2));
    return change;
  }

 private:
  void fail() { failed_ = true; }

  std::string_view rest_;
  bool failed_ = false;
};

Result<YearlyRule> YearlyRule::parse(std::string_view text) {
  Parser parser(text);
  parser.name();
  const auto offset = parser.offset();
  std::optional<Summer> summer;
  if (!parser.failed() && !parser.at_end()) {
    summer.emplace();
    parser.name();
    const bool is_named = parser.take(',');
    summer->offset = is_named ? offset + hours(1) : parser.offset();
    if (!is_named) parser.expect(',');
    summer->begin = parser.change();
    parser.expect(',');
    summer->end = parser.change();
  }
  if (parser.failed() || !parser.at_end()) {
    return Error(Code::Corrupt, "not a rule of a time zone: " + std::string(text));
  }
  return YearlyRule(offset, summer);
}

sys_seconds YearlyRule::Change::in(year year, seconds offset_before) const {
  const auto date = week == 5 ? sys_days(year / month / day[std::chrono::last])
                              : sys_days(year / month / day[week]);
  return date + time - offset_before;
}

seconds YearlyRule::offset_at(sys_seconds time) const {
  if (!summer_) return offset_;
  const auto this_year = std::chrono::year_month_day(std::chrono::floor<days>(time)).year();
  // The last change before: it may be of the year before, or of a year that has not begun in UTC.
  auto last = sys_seconds::min();
  auto offset = offset_;
  const auto consider = [&](sys_seconds change, seconds after) {
    if (change > time || change <= last) return;
    last = change;
    offset = after;
  };
  for (auto year = this_year - std::chrono::years(1); year <= this_year + std::chrono::years(1);
       ++year) {
    consider(summer_->begin.in(year, offset_), summer_->offset);
    consider(summer_->end.in(year, summer_->offset), offset_);
  }
  return offset;
}

}  // namespace hermes::localtime
