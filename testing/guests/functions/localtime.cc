// hermes:localtime.

#include <optional>

#include "functions/tests.h"

namespace {

using Errno = hermes_localtime_api_errno_t;
using Datetime = hermes_localtime_api_datetime_t;
using MaybeZone = std::optional<std::string_view>;

constexpr Errno kInvalid = HERMES_LOCALTIME_API_ERRNO_INVALID_LOCALTIME;
constexpr Errno kUnknown = HERMES_LOCALTIME_API_ERRNO_UNKNOWN_TIMEZONE;
constexpr Errno kYear = HERMES_LOCALTIME_API_ERRNO_YEAR_OUT_OF_RANGE;

// The fields, or the error in their place.
struct Local {
  std::uint64_t year = 0;
  std::uint8_t month = 0;
  std::uint8_t dow = 0;
  std::uint8_t day = 0;
  std::uint8_t hh = 0;
  std::uint8_t mm = 0;
  std::uint8_t ss = 0;
  std::uint32_t ns = 0;
  std::string tz = {};
  std::optional<Errno> error = {};

  bool operator==(const Local&) const = default;
};

struct Moment {
  std::uint64_t seconds = 0;
  std::uint32_t nanoseconds = 0;
  std::optional<Errno> error = {};

  bool operator==(const Moment&) const = default;
};

template <typename Function, typename Time>
Local ask(Function function, Time* time, MaybeZone zone) {
  auto name = lend(zone.value_or(""));
  hermes_localtime_api_localtime_t found;
  Errno error;
  if (!function(time, zone ? &name : nullptr, &found, &error)) return {.error = error};
  Local local = {found.year,
                 found.month,
                 found.dow,
                 found.day,
                 found.hh,
                 found.mm,
                 found.ss,
                 found.ns,
                 std::string(reinterpret_cast<const char*>(found.tz.ptr), found.tz.len)};
  hermes_localtime_api_localtime_free(&found);
  return local;
}

Local local(std::optional<Datetime> when, MaybeZone zone) {
  return ask(hermes_localtime_api_get_localtime, when ? &*when : nullptr, zone);
}

hermes_localtime_api_localtime_t borrowed(const Local& local) {
  return {local.year, local.month, local.dow, local.day,     local.hh,
          local.mm,   local.ss,    local.ns,  lend(local.tz)};
}

Local in(const Local& time, MaybeZone zone) {
  auto lent = borrowed(time);
  return ask(hermes_localtime_api_alt_localtime, &lent, zone);
}

Moment moment(const Local& time) {
  auto lent = borrowed(time);
  Datetime found;
  Errno error;
  if (!hermes_localtime_api_get_datetime(&lent, &found, &error)) return {.error = error};
  return {found.seconds, found.nanoseconds};
}

const Local kNoon = {2026, 5, 1, 15, 12, 30, 45, 999'999'999, "Europe/Berlin"};
const Moment kNoonInUtc = {1'781'519'445, 999'999'999};

bool fields() {
  return local(Datetime{kNoonInUtc.seconds, kNoonInUtc.nanoseconds}, "Europe/Berlin") == kNoon &&
         moment(kNoon) == kNoonInUtc &&
         local(Datetime{0, 0}, "UTC") == Local{1970, 0, 4, 1, 0, 0, 0, 0, "UTC"};
}

bool day_of_the_week_is_ignored() {
  auto time = kNoon;
  time.dow = 255;
  return moment(time) == kNoonInUtc;
}

bool zones() {
  return in(kNoon, "Asia/Kolkata") ==
             Local{2026, 5, 1, 15, 16, 0, 45, 999'999'999, "Asia/Kolkata"} &&
         in(kNoon, "America/St_Johns").hh == 8;
}

bool none_is_the_machine() {
  const auto now = local({}, {});
  return !now.error && now.year >= 2026 && !now.tz.empty() && in(kNoon, {}).tz == now.tz;
}

bool gap() {
  return moment({2026, 2, 0, 29, 1, 59, 59, 0, "Europe/Berlin"}).seconds == 1'774'745'999 &&
         moment({2026, 2, 0, 29, 2, 0, 0, 0, "Europe/Berlin"}).error == kInvalid &&
         moment({2026, 2, 0, 29, 2, 59, 59, 0, "Europe/Berlin"}).error == kInvalid &&
         moment({2026, 2, 0, 29, 3, 0, 0, 0, "Europe/Berlin"}).seconds == 1'774'746'000 &&
         in({2026, 2, 0, 29, 2, 30, 0, 0, "Europe/Berlin"}, "UTC").error == kInvalid;
}

bool overlap() {
  return moment({2026, 9, 0, 25, 2, 30, 0, 0, "Europe/Berlin"}).seconds == 1'792'888'200 &&
         local(Datetime{1'792'888'200, 0}, "Europe/Berlin").hh == 2 &&
         local(Datetime{1'792'891'800, 0}, "Europe/Berlin").hh == 2;
}

bool far_years() {
  return moment({9999, 6, 0, 1, 12, 0, 0, 0, "Europe/Berlin"}).seconds % 86'400 == 36'000 &&
         moment({9999, 2, 0, 28, 2, 30, 0, 0, "Europe/Berlin"}).error == kInvalid;
}

bool bad_fields() {
  const auto changed = [](auto change) {
    auto time = kNoon;
    change(time);
    return moment(time).error;
  };
  return changed([](Local& time) { time.month = 12; }) == kInvalid &&
         changed([](Local& time) { time.day = 0; }) == kInvalid &&
         changed([](Local& time) { time.day = 31; }) == kInvalid &&
         changed([](Local& time) { time.hh = 24; }) == kInvalid &&
         changed([](Local& time) { time.mm = 60; }) == kInvalid &&
         changed([](Local& time) { time.ss = 60; }) == kInvalid &&
         changed([](Local& time) { time.ns = 1'000'000'000; }) == kInvalid &&
         local(Datetime{0, 4'000'000'000}, "UTC").error == kInvalid;
}

bool years() {
  const auto begin_of = [](std::uint64_t year, const char* zone) {
    return moment({year, 0, 0, 1, 0, 0, 0, 0, zone}).error;
  };
  return !begin_of(1970, "UTC") && begin_of(1970, "Asia/Tokyo") == kYear &&
         begin_of(1969, "UTC") == kYear && begin_of(10'000, "UTC") == kYear &&
         begin_of(0, "UTC") == kYear && begin_of(UINT64_MAX, "UTC") == kYear &&
         local(Datetime{0, 0}, "America/New_York").error == kYear &&
         local(Datetime{253'402'300'799, 0}, "UTC").year == 9999 &&
         local(Datetime{253'402'300'800, 0}, "UTC").error == kYear &&
         local(Datetime{UINT64_MAX, 0}, "UTC").error == kYear;
}

bool unknown_zones() {
  for (const auto* zone : {"", "Mars/Phobos", "utc", "../../../etc/passwd", "right/UTC", "/UTC"}) {
    auto time = kNoon;
    time.tz = zone;
    if (local({}, zone).error != kUnknown || moment(time).error != kUnknown) return false;
  }
  return local({}, std::string(16 << 20, 'A')).error == kUnknown;
}

bool many_calls() {
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    if (local(Datetime{i * 86'400ULL, i}, "Australia/Lord_Howe").error) return false;
  }
  return true;
}

// Does not return.
bool zone_that_is_no_text() {
  return local({}, "\xc3\x28").error == kUnknown;
}

constexpr Test kAll[] = {
    {"fields", fields},
    {"day of the week is ignored", day_of_the_week_is_ignored},
    {"zones", zones},
    {"none is the machine", none_is_the_machine},
    {"gap", gap},
    {"overlap", overlap},
    {"far years", far_years},
    {"bad fields", bad_fields},
    {"years", years},
    {"unknown zones", unknown_zones},
    {"many calls", many_calls},
    {"zone that is no text", zone_that_is_no_text},
};

}  // namespace

const Tests kTests = {kAll, std::size(kAll)};
