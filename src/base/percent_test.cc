#include "base/percent.h"

#include <gtest/gtest.h>

namespace hermes {
namespace {

TEST(PercentDecode, ReadsEscapes) {
  EXPECT_EQ(percent_decode(""), "");
  EXPECT_EQ(percent_decode("/a%20b+c%C3%a4"), "/a b+c\xc3\xa4");
  EXPECT_EQ(percent_decode("%2e%2E%2f"), "../");
  EXPECT_EQ(percent_decode("%00"), std::string(1, '\0'));
  EXPECT_EQ(percent_decode("%2525"), "%25") << "once";
}

TEST(PercentDecode, RefusesBrokenEscapes) {
  for (const auto* text : {"%", "a%2", "%g0", "%0g", "%%20"}) {
    EXPECT_EQ(percent_decode(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace hermes
