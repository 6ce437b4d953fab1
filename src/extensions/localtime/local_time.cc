#include "extensions/localtime/local_time.h"

namespace hermes::localtime {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_seconds;
using std::chrono::year;

constexpr std::uint32_t kNanoseconds = 1'000'000'000;
constexpr int kFirstYear = 1970;
constexpr int kLastYear = 9999;

// A day past the last year of UTC, which some zones are behind.
constexpr sys_seconds kEnd = std::chrono::sys_days(year(kLastYear + 1) / 1 / 2);

bool is_year(std::int64_t number) {
  return number >= kFirstYear && number <= kLastYear;
}

}  // namespace

Expected<Localtime, Errno> local_time(const Datetime& moment, const Zone& zone) {
  if (moment.nanoseconds >= kNanoseconds) return Unexpected(Errno::InvalidLocaltime);
  if (moment.seconds >= static_cast<std::uint64_t>(kEnd.time_since_epoch().count())) {
    return Unexpected(Errno::YearOutOfRange);
  }
  const sys_seconds utc{seconds(moment.seconds)};
  const auto local = utc + zone.offset_at(utc);
  const auto midnight = std::chrono::floor<days>(local);
  const std::chrono::year_month_day date(midnight);
  const std::chrono::hh_mm_ss clock(local - midnight);
  if (!is_year(int(date.year()))) return Unexpected(Errno::YearOutOfRange);
  return Localtime{
      .year = static_cast<std::uint64_t>(int(date.year())),
      .month = static_cast<std::uint8_t>(unsigned(date.month()) - 1),
      .dow = static_cast<std::uint8_t>(std::chrono::weekday(midnight).c_encoding()),
      .day = static_cast<std::uint8_t>(unsigned(date.day())),
      .hh = static_cast<std::uint8_t>(clock.hours().count()),
      .mm = static_cast<std::uint8_t>(clock.minutes().count()),
      .ss = static_cast<std::uint8_t>(clock.seconds().count()),
      .ns = moment.nanoseconds,
      .tz = zone.name(),
  };
}

Expected<LocalSeconds, Errno> clock_time(const Localtime& time) {
  if (time.year < kFirstYear || time.year > kLastYear) return Unexpected(Errno::YearOutOfRange);
  const auto date = year(static_cast<int>(time.year)) / std::chrono::month(time.month + 1U) /
                    std::chrono::day(time.day);
  if (time.month > 11 || !date.ok() || time.hh > 23 || time.mm > 59 || time.ss > 59 ||
      time.ns >= kNanoseconds) {
    return Unexpected(Errno::InvalidLocaltime);
  }
  const auto midnight = std::chrono::local_days(date).time_since_epoch();
  return LocalSeconds(midnight + hours(time.hh) + minutes(time.mm) + seconds(time.ss));
}

Expected<Datetime, Errno> moment(const Localtime& time, LocalSeconds clock, const Zone& zone) {
  const auto utc = zone.when(clock);
  if (!utc) return Unexpected(Errno::InvalidLocaltime);
  const auto since_1970 = utc->time_since_epoch().count();
  if (since_1970 < 0) return Unexpected(Errno::YearOutOfRange);
  return Datetime{static_cast<std::uint64_t>(since_1970), time.ns};
}

}  // namespace hermes::localtime
