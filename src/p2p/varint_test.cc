#include "p2p/varint.h"

#include <gtest/gtest.h>

namespace hermes::p2p {
namespace {

using namespace std::literals;

TEST(VarintTest, ReadsWhatItWrites) {
  for (const std::uint64_t value : {0ULL, 1ULL, 127ULL, 128ULL, 300ULL, 1ULL << 56U, ~0ULL}) {
    std::string text;
    append_varint(text, value);
    EXPECT_EQ(text.size(), varint_size(value));
    text += "rest";
    std::string_view from = text;
    EXPECT_EQ(take_varint(from), value);
    EXPECT_EQ(from, "rest");
  }
}

TEST(VarintTest, RefusesWhatIsCutOrTooLarge) {
  for (auto text : {""sv, "\x80"sv, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02"sv,
                    "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"sv}) {
    EXPECT_EQ(take_varint(text), std::nullopt);
  }
}

TEST(VarintTest, TheShortFormIsTheOnlyOne) {
  auto longer = "\x81\x00"sv;
  auto same = longer;
  EXPECT_EQ(take_varint(longer), 1);
  EXPECT_EQ(take_short_varint(same), std::nullopt);
  auto ten = "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"sv;
  EXPECT_EQ(take_short_varint(ten), std::nullopt);
}

}  // namespace
}  // namespace hermes::p2p
