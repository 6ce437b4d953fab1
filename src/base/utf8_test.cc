#include "base/utf8.h"

#include <gtest/gtest.h>

namespace hermes {
namespace {

TEST(Utf8, IsWellFormedOrNot) {
  for (const auto* text :
       {"", "a", "\u00e9", "\u20ac", "\U0001F600", "\uD7FF\uE000", "\U0010FFFF"}) {
    EXPECT_TRUE(is_utf8(text)) << text;
  }
  for (const auto* text :
       {"\x80", "\xC3", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80", "\xE2\x82",
        "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\xF0\x9F\x98"}) {
    EXPECT_FALSE(is_utf8(text)) << testing::PrintToString(text);
  }
}

TEST(Utf8, ReplacesWhatIsNotWellFormed) {
  EXPECT_EQ(to_utf8("a\xFF\u20ac\xC3"), "a\uFFFD\u20ac\uFFFD");
  EXPECT_EQ(to_utf8("whole"), "whole");
}

}  // namespace
}  // namespace hermes
