#include "extensions/localtime/zone.h"

#include <gtest/gtest.h>

#include <string>

namespace hermes::localtime {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::sys_seconds;
using std::chrono::year;

class ZoneTest : public ::testing::Test {
 protected:
  const Zone& zone(std::string_view name) { return **zones_.find(name); }

  static LocalSeconds clock(std::chrono::year_month_day date, std::chrono::seconds time) {
    return LocalSeconds(sys_days(date).time_since_epoch() + time);
  }

  Zones zones_;
};

TEST_F(ZoneTest, KnowsTheNamesOfTheDatabaseAlone) {
  EXPECT_EQ(zone("Europe/Berlin").name(), "Europe/Berlin");
  EXPECT_EQ(zone("US/Pacific").name(), "US/Pacific") << "a link keeps its name";
  EXPECT_EQ(&zone("UTC"), &zone("UTC")) << "it is read once";
  for (const auto* name : {"", "Europe", "europe/berlin", "Europe/Berlin ", "Mars/Phobos",
                           "../../etc/passwd", "/usr/share/zoneinfo/UTC", "posix/UTC", "right/UTC",
                           "Europe/../UTC", "zone.tab", "CET-1CEST"}) {
    EXPECT_EQ(*zones_.find(name), nullptr) << name;
  }
  EXPECT_EQ(*zones_.find(std::string(1'000'000, 'A')), nullptr);
  EXPECT_EQ(*zones_.find(std::string_view("UTC\0", 4)), nullptr);
}

TEST_F(ZoneTest, SkipsTimesInASpringGap) {
  const auto& berlin = zone("Europe/Berlin");
  const auto date = year(2026) / 3 / 29;
  EXPECT_EQ(berlin.when(clock(date, 2h - 1s)), sys_days(date) + 1h - 1s);
  EXPECT_EQ(berlin.when(clock(date, 2h)), std::nullopt);
  EXPECT_EQ(berlin.when(clock(date, 3h - 1s)), std::nullopt);
  EXPECT_EQ(berlin.when(clock(date, 3h)), sys_days(date) + 1h);
}

TEST_F(ZoneTest, TakesTheFirstOfTwoTimesInAnAutumnOverlap) {
  const auto& berlin = zone("Europe/Berlin");
  const auto date = year(2026) / 10 / 25;
  EXPECT_EQ(berlin.when(clock(date, 2h)), sys_days(date) + 0h);
  EXPECT_EQ(berlin.when(clock(date, 3h - 1s)), sys_days(date) + 1h - 1s);
  EXPECT_EQ(berlin.when(clock(date, 3h)), sys_days(date) + 2h);
}

TEST_F(ZoneTest, HasGapsAndOverlapsInFarYears) {
  const auto& berlin = zone("Europe/Berlin");
  EXPECT_EQ(berlin.when(clock(year(9999) / 3 / 28, 2h)), std::nullopt);
  EXPECT_EQ(berlin.when(clock(year(9999) / 7 / 1, 12h)), sys_days(year(9999) / 7 / 1) + 10h);
  EXPECT_EQ(berlin.when(clock(year(9999) / 10 / 31, 2h)), sys_days(year(9999) / 10 / 31));
  EXPECT_EQ(zone("America/Nuuk").offset_at(sys_days(year(2050) / 7 / 1)), -1h);
}

TEST_F(ZoneTest, KnowsChangesOfHalfAnHourAndOfADay) {
  const auto& lord_howe = zone("Australia/Lord_Howe");
  EXPECT_EQ(lord_howe.when(clock(year(2026) / 10 / 4, 2h + 29min)), std::nullopt);
  EXPECT_EQ(lord_howe.when(clock(year(2026) / 10 / 4, 2h + 30min)),
            sys_days(year(2026) / 10 / 3) + 15h + 30min);
  // Samoa went to the other side of the date line, and had no 30 December.
  const auto& apia = zone("Pacific/Apia");
  EXPECT_EQ(apia.when(clock(year(2011) / 12 / 30, 12h)), std::nullopt);
  EXPECT_EQ(apia.when(clock(year(2011) / 12 / 29, 24h - 1s)),
            sys_days(year(2011) / 12 / 30) + 10h - 1s);
  EXPECT_EQ(apia.when(clock(year(2011) / 12 / 31, 0h)), sys_days(year(2011) / 12 / 30) + 10h);
}

TEST_F(ZoneTest, ComesBackFromEveryDayOfEveryZone) {
  for (const auto& entry : date::get_tzdb().zones) {
    const auto& zone = this->zone(entry.name());
    constexpr sys_seconds kEnd = sys_days(year(2045) / 1 / 1);
    for (sys_seconds time = sys_days(year(1970) / 1 / 2); time < kEnd; time += days(30) + 7h) {
      const auto local = LocalSeconds((time + zone.offset_at(time)).time_since_epoch());
      const auto when = zone.when(local);
      ASSERT_TRUE(when) << entry.name() << " " << time.time_since_epoch().count();
      // In an overlap it is the one before.
      ASSERT_TRUE(*when == time || (*when < time && time - *when < 3h)) << entry.name();
    }
  }
}

}  // namespace
}  // namespace hermes::localtime
