#include "p2p/multibase.h"

#include <gtest/gtest.h>

namespace hermes::p2p {
namespace {

using namespace std::literals;

TEST(MultibaseTest, WritesWhatOthersWrite) {
  EXPECT_EQ(to_base58("Hello World!"), "2NEpo7TZRRrLZSi2U");
  EXPECT_EQ(to_base58("\0\0\x28\x7f\xb4\xcd"sv), "11233QC4");
  EXPECT_EQ(to_base32("foobar"), "mzxw6ytboi");
  EXPECT_EQ(to_base32("f"), "my");
  EXPECT_EQ(to_base36("yes mani !"), "2lcpzo5yikidynfl");
  EXPECT_EQ(to_base58(""), "");
  EXPECT_EQ(to_base32(""), "");
}

TEST(MultibaseTest, ReadsWhatItWrites) {
  for (const auto bytes : {""sv, "\0"sv, "\0\0a"sv, "\xff\xfe\xfd"sv, "a longer one, of many"sv}) {
    EXPECT_EQ(from_base58(to_base58(bytes)), bytes);
    EXPECT_EQ(from_base36(to_base36(bytes)), bytes);
    EXPECT_EQ(from_base32(to_base32(bytes)), bytes);
    EXPECT_EQ(from_multibase("b" + to_base32(bytes)), bytes);
    EXPECT_EQ(from_multibase("z" + to_base58(bytes)), bytes);
    EXPECT_EQ(from_multibase("k" + to_base36(bytes)), bytes);
  }
}

TEST(MultibaseTest, RefusesWhatHasAnotherSpelling) {
  EXPECT_EQ(from_base58("0"), std::nullopt);    // No digit of it.
  EXPECT_EQ(from_base32("MY"), std::nullopt);   // Upper case.
  EXPECT_EQ(from_base32("mz"), std::nullopt);   // Bits behind the last byte.
  EXPECT_EQ(from_base32("mya"), std::nullopt);  // A letter that adds no byte.
  EXPECT_EQ(from_base32("my======"), std::nullopt);
  EXPECT_EQ(from_multibase("m"), std::nullopt);
  EXPECT_EQ(from_multibase(""), std::nullopt);
  EXPECT_EQ(from_base58(std::string(513, '2')), std::nullopt);
}

}  // namespace
}  // namespace hermes::p2p
