#include "extensions/localtime/yearly_rule.h"

#include <gtest/gtest.h>

namespace hermes::localtime {
namespace {

using namespace std::chrono_literals;
using std::chrono::sys_days;
using std::chrono::sys_seconds;
using std::chrono::year;

std::chrono::seconds offset(std::string_view rule, sys_seconds time) {
  return YearlyRule::parse(rule)->offset_at(time);
}

TEST(YearlyRuleTest, OfOneOffset) {
  constexpr auto kTime = sys_days(year(2100) / 1 / 1);
  EXPECT_EQ(offset("UTC0", kTime), 0s);
  EXPECT_EQ(offset("JST-9", kTime), 9h);
  EXPECT_EQ(offset("<-03>3", kTime), -3h);
  EXPECT_EQ(offset("<+1345>-13:45", kTime), 13h + 45min);
  EXPECT_EQ(offset("LMT0:25:21", kTime), -(25min + 21s));
}

TEST(YearlyRuleTest, OfSummerInTheNorth) {
  constexpr auto kBerlin = "CET-1CEST,M3.5.0,M10.5.0/3";
  constexpr sys_seconds kBegin = sys_days(year(2050) / 3 / 27) + 1h;
  constexpr sys_seconds kEnd = sys_days(year(2050) / 10 / 30) + 1h;
  EXPECT_EQ(offset(kBerlin, kBegin - 1s), 1h);
  EXPECT_EQ(offset(kBerlin, kBegin), 2h);
  EXPECT_EQ(offset(kBerlin, kEnd - 1s), 2h);
  EXPECT_EQ(offset(kBerlin, kEnd), 1h);
  EXPECT_EQ(offset(kBerlin, sys_days(year(2050) / 1 / 1)), 1h);
}

TEST(YearlyRuleTest, OfSummerInTheSouth) {
  constexpr auto kLordHowe = "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0";
  EXPECT_EQ(offset(kLordHowe, sys_days(year(2051) / 1 / 1)), 11h);
  EXPECT_EQ(offset(kLordHowe, sys_days(year(2051) / 7 / 1)), 10h + 30min);
}

TEST(YearlyRuleTest, OfWinterTime) {  // Which the Irish have in place of summer time.
  constexpr auto kDublin = "IST-1GMT0,M10.5.0,M3.5.0/1";
  EXPECT_EQ(offset(kDublin, sys_days(year(2051) / 1 / 1)), 0h);
  EXPECT_EQ(offset(kDublin, sys_days(year(2051) / 7 / 1)), 1h);
}

TEST(YearlyRuleTest, OfChangesOnAnotherDay) {
  // Greenland changes at 22:00 on the Saturday before the last Sunday, Gaza two days after a
  // Thursday.
  constexpr auto kNuuk = "<-02>2<-01>,M3.5.0/-1,M10.5.0/0";
  constexpr sys_seconds kNuukBegin = sys_days(year(2050) / 3 / 27) + 1h;
  EXPECT_EQ(offset(kNuuk, kNuukBegin - 1s), -2h);
  EXPECT_EQ(offset(kNuuk, kNuukBegin), -1h);
  constexpr auto kGaza = "EET-2EEST,M3.4.4/50,M10.4.4/50";
  constexpr sys_seconds kGazaBegin = sys_days(year(2050) / 3 / 26);
  EXPECT_EQ(offset(kGaza, kGazaBegin - 1s), 2h);
  EXPECT_EQ(offset(kGaza, kGazaBegin), 3h);
}

TEST(YearlyRuleTest, IsNotAnyText) {
  for (const auto* text :
       {"", "CET", "CET-", "-1", "<CET-1", "CET-1CEST", "CET-1CEST,", "CET-1CEST,M3.5.0",
        "CET-1CEST,M3.5.0,M10.5.0/3,", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0",
        "CET-1CEST,M3.0.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,M3.5.0/168,M10.5.0",
        "CET-1CEST,J60,J300", "CET-25", "CET-1:60", "CET-1 "}) {
    EXPECT_FALSE(YearlyRule::parse(text)) << text;
  }
}

}  // namespace
}  // namespace hermes::localtime
