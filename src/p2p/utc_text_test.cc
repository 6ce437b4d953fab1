#include "p2p/utc_text.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string_view>

namespace hermes::p2p {
namespace {

using namespace std::chrono_literals;

constexpr UtcTime kDay = std::chrono::sys_days(std::chrono::year(2026) / 2 / 3);

TEST(UtcTextTest, IsToTheNanosecondWithoutZerosAtTheEnd) {
  EXPECT_EQ(utc_text(kDay), "2026-02-03T00:00:00Z");
  EXPECT_EQ(utc_text(kDay + 4h + 5min + 6s + 500ms), "2026-02-03T04:05:06.5Z");
  EXPECT_EQ(utc_text(kDay + 1ns), "2026-02-03T00:00:00.000000001Z");
  EXPECT_EQ(utc_text(UtcTime(-1ns)), "1969-12-31T23:59:59.999999999Z");
}

TEST(UtcTextTest, IsReadAsItWasWritten) {
  for (const UtcTime time : {kDay, kDay + 1ns, kDay + 23h + 59min + 59s + 999'999'999ns,
                             UtcTime(-1ns), UtcTime::max()}) {
    EXPECT_EQ(utc_from_text(utc_text(time)), time) << utc_text(time);
  }
}

TEST(UtcTextTest, IsCutWhereTimeEnds) {
  EXPECT_EQ(utc_from_text("9999-12-31T23:59:59Z"), UtcTime::max());
  EXPECT_EQ(utc_from_text("0001-01-01T00:00:00Z"), UtcTime::min());
}

TEST(UtcTextTest, IsNothingElse) {
  for (const std::string_view text :
       {"", "2026-02-03", "2026-02-03T00:00:00", "2026-02-03T00:00:00+01:00",
        "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "2026-02-03T24:00:00Z",
        "2026-02-03T00:60:00Z", "2026-02-03T00:00:60Z", "2026-02-03 00:00:00Z",
        "2026-02-03T00:00:00.Z", "2026-02-03T00:00:00.1234567890Z", "2026-02-03T00:00:00.1aZ",
        "2026-02-03T00:00:00ZZ", "x026-02-03T00:00:00Z"}) {
    EXPECT_EQ(utc_from_text(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace hermes::p2p
