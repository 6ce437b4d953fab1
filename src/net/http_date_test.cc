#include "net/http_date.h"

#include <gtest/gtest.h>

namespace hermes::net {
namespace {

using namespace std::chrono;

constexpr UtcTime kTime = sys_days(1994y / November / 6) + 8h + 49min + 37s;

TEST(HttpDate, IsWrittenAndReadInOneForm) {
  EXPECT_EQ(format_http_date(kTime + 999ms), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), kTime);
  EXPECT_EQ(format_http_date(UtcTime()), "Thu, 01 Jan 1970 00:00:00 GMT");
}

TEST(HttpDate, RefusesWhatIsNone) {
  for (const auto* text : {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
                           "Mon, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
                           "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 31 Feb 1994 08:49:37 GMT",
                           "Sun, 06 Nov 9999 08:49:37 GMT", "Sun, 06 Nov 1994-08:49:37 GMT",
                           "Sun, +6 Nov 1994 08:49:37 GMT"}) {
    EXPECT_EQ(parse_http_date(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace hermes::net
