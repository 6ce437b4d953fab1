#include "extensions/localtime/localtime.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "testing/extension_fixture.h"
#include "wit/hermes/localtime.h"

namespace hermes::localtime {
namespace {

using namespace std::chrono_literals;
using wit::localtime::Datetime;
using wit::localtime::Errno;
using wit::localtime::Localtime;

using MaybeZone = std::optional<std::string_view>;

constexpr Datetime kNewYear = {1'767'225'600, 5};  // 2026-01-01 00:00 UTC
constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();

// The machine is in Tokyo. Its clock stands at midnight UTC, 1 January 2026.
class LocaltimeTest : public hermes::testing::ExtensionFixture {
 protected:
  Expected<Localtime, Errno> local(std::optional<Datetime> when, MaybeZone tz) {
    return *api.get_localtime(call, when, tz);
  }
  Expected<Localtime, Errno> in(Localtime local_time, MaybeZone tz) {
    return *api.alt_localtime(call, std::move(local_time), tz);
  }
  Expected<Datetime, Errno> moment(Localtime local_time) {
    return *api.get_datetime(call, std::move(local_time));
  }
  /// Of noon in Berlin, with that done to it.
  Expected<Datetime, Errno> changed(void (*change)(Localtime& t)) {
    auto local_time = noon;
    change(local_time);
    return moment(std::move(local_time));
  }

  const Localtime noon{2026, 5, 0, 15, 12, 30, 45, 999'999'999, "Europe/Berlin"};
  std::unique_ptr<runtime::Extension> extension = make(time, "Asia/Tokyo");
  wit::localtime::Api& api = imports<wit::localtime::Api>(*extension);
};

TEST_F(LocaltimeTest, CountsMonthsFromZeroAndDaysOfTheWeekFromSunday) {
  EXPECT_EQ(*local(kNewYear, "UTC"), (Localtime{2026, 0, 4, 1, 0, 0, 0, 5, "UTC"}));
  EXPECT_EQ(*local(Datetime{kNewYear.seconds + 3 * 86'400, 0}, "UTC"),
            (Localtime{2026, 0, 0, 4, 0, 0, 0, 0, "UTC"}));
  EXPECT_EQ(*local(kNewYear, "America/New_York"),
            (Localtime{2025, 11, 3, 31, 19, 0, 0, 5, "America/New_York"}));
  EXPECT_EQ(*local(Datetime{1'709'164'800, 0}, "UTC"),
            (Localtime{2024, 1, 4, 29, 0, 0, 0, 0, "UTC"}));
}

TEST_F(LocaltimeTest, TakesTheMachinesClockAndZoneForNone) {
  time.advance(1min + 7ns);
  const auto now = *local(std::nullopt, std::nullopt);
  EXPECT_EQ(now, (Localtime{2026, 0, 4, 1, 9, 1, 0, 7, "Asia/Tokyo"}));
  EXPECT_EQ(in(noon, std::nullopt)->tz, "Asia/Tokyo");
}

TEST_F(LocaltimeTest, TurnsOneZoneIntoAnother) {
  EXPECT_EQ(*in(noon, "Asia/Kolkata"),
            (Localtime{2026, 5, 1, 15, 16, 0, 45, 999'999'999, "Asia/Kolkata"}));
  EXPECT_EQ(in(noon, "Nowhere").error(), Errno::UnknownTimezone);
  auto nowhere = noon;
  nowhere.tz = "Nowhere";
  EXPECT_EQ(in(nowhere, "UTC").error(), Errno::UnknownTimezone);
}

TEST_F(LocaltimeTest, ReadsTheFieldsInTheirZoneWithoutTheDayOfTheWeek) {
  EXPECT_EQ(*moment(noon), (Datetime{1'781'519'445, 999'999'999}));
  EXPECT_EQ(*changed([](Localtime& t) { t.dow = 255; }), *moment(noon));
}

TEST_F(LocaltimeTest, RefusesBadFields) {
  using Change = void (*)(Localtime&);
  const Change changes[] = {
      [](Localtime& t) { t.month = 12; },        [](Localtime& t) { t.month = 255; },
      [](Localtime& t) { t.day = 0; },           [](Localtime& t) { t.day = 31; },
      [](Localtime& t) { t.day = 255; },         [](Localtime& t) { t.hh = 24; },
      [](Localtime& t) { t.mm = 60; },           [](Localtime& t) { t.ss = 60; },
      [](Localtime& t) { t.ns = 1'000'000'000; }};
  for (const auto change : changes) EXPECT_EQ(changed(change).error(), Errno::InvalidLocaltime);
  EXPECT_EQ(moment({2026, 1, 0, 29, 0, 0, 0, 0, "UTC"}).error(), Errno::InvalidLocaltime);
  EXPECT_TRUE(moment({2024, 1, 0, 29, 0, 0, 0, 0, "UTC"}).has_value());
  EXPECT_EQ(moment({2100, 1, 0, 29, 0, 0, 0, 0, "UTC"}).error(), Errno::InvalidLocaltime);
  EXPECT_EQ(local(Datetime{0, 1'000'000'000}, "UTC").error(), Errno::InvalidLocaltime);
}

TEST_F(LocaltimeTest, RefusesATimeInAGapAndTakesTheEarlierOfTwo) {
  EXPECT_EQ(moment({2026, 2, 0, 29, 2, 30, 0, 0, "Europe/Berlin"}).error(),
            Errno::InvalidLocaltime);
  EXPECT_EQ(*moment({2026, 9, 0, 25, 2, 30, 0, 0, "Europe/Berlin"}), (Datetime{1'792'888'200, 0}));
  // The hour comes twice.
  for (const std::uint64_t seconds : {1'792'888'200U, 1'792'891'800U}) {
    EXPECT_EQ(local(Datetime{seconds, 0}, "Europe/Berlin")->hh, 2);
  }
}

TEST_F(LocaltimeTest, GoesFrom1970To9999) {
  const auto year = [](std::uint64_t number, std::string zone = "UTC") {
    return Localtime{number, 0, 0, 1, 0, 0, 0, 0, std::move(zone)};
  };
  EXPECT_EQ(*moment(year(1970)), (Datetime{0, 0}));
  EXPECT_EQ(moment(year(1970, "Asia/Tokyo")).error(), Errno::YearOutOfRange)
      << "it is before 1970 in UTC";
  for (const std::uint64_t number :
       {std::uint64_t{0}, std::uint64_t{1969}, std::uint64_t{10'000}, kMost}) {
    EXPECT_EQ(moment(year(number)).error(), Errno::YearOutOfRange) << number;
  }

  EXPECT_EQ(local(Datetime{0, 0}, "America/New_York").error(), Errno::YearOutOfRange);
  EXPECT_EQ(local(Datetime{0, 0}, "UTC")->year, 1970U);
  constexpr std::uint64_t kLast = 253'402'300'799;
  EXPECT_EQ(*local(Datetime{kLast, 0}, "UTC"), (Localtime{9999, 11, 5, 31, 23, 59, 59, 0, "UTC"}));
  EXPECT_EQ(local(Datetime{kLast + 1, 0}, "UTC").error(), Errno::YearOutOfRange);
  EXPECT_EQ(local(Datetime{kLast, 0}, "Asia/Tokyo").error(), Errno::YearOutOfRange);
  EXPECT_EQ(local(Datetime{kLast + 1, 0}, "America/New_York")->year, 9999U);
  EXPECT_EQ(local(Datetime{kMost, 0}, "UTC").error(), Errno::YearOutOfRange);
  const auto far = *moment({9999, 11, 0, 31, 23, 0, 0, 0, "America/New_York"});
  EXPECT_EQ(local(far, "America/New_York")->hh, 23) << "it comes back";
}

TEST_F(LocaltimeTest, SaysWhichZoneThereIsNot) {
  for (const auto* zone : {"", "Nowhere", "../UTC", "utc"}) {
    EXPECT_EQ(local(kNewYear, zone).error(), Errno::UnknownTimezone) << zone;
  }
}

TEST(ZoneOfMachineTest, IsOneOfTheDatabase) {
  Zones zones;
  EXPECT_NE(*zones.find(zone_of_machine()), nullptr);
}

}  // namespace
}  // namespace hermes::localtime
