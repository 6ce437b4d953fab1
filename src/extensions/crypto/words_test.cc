#include "extensions/crypto/words.h"

#include <gtest/gtest.h>

namespace hermes::crypto {
namespace {

using B128 = std::tuple<std::uint64_t, std::uint64_t>;

TEST(WordsTest, AreBigEndianAndInOrder) {
  const std::array<std::uint8_t, 16> bytes = {1, 2,  3,  4,  5,  6,  7,  8,
                                              9, 10, 11, 12, 13, 14, 15, 255};
  const B128 words = {0x0102030405060708, 0x090a0b0c0d0e0fff};
  EXPECT_EQ(to_words<B128>(bytes), words);
  EXPECT_EQ(to_bytes(words), bytes);
}

}  // namespace
}  // namespace hermes::crypto
