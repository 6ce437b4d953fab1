#include "package/cose.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "package/package_test_files.h"

namespace hermes::package {
namespace {

using ::testing::HasSubstr;

std::string from_hex_text(std::string_view text) {
  std::string bytes;
  std::string digits;
  for (const char c : text) {
    if (c == ' ') continue;
    digits += c;
    if (digits.size() < 2) continue;
    bytes += static_cast<char>(std::stoi(digits, nullptr, 16));
    digits.clear();
  }
  return bytes;
}

Digest digest_of(unsigned char byte) {
  Digest digest;
  digest.fill(byte);
  return digest;
}

std::string repeated(std::string_view hex, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += hex;
  return text;
}

// {1: -8, 34: [-16, 32 bytes]} in a byte string of 41.
std::string protected_with(std::string_view byte) {
  return "58 29 a2 01 27 18 22 82 2f 58 20" + repeated(byte, 32);
}

TEST(Cose, IsWhatRfc9052Says) {
  const CoseSign sign{{{digest_of(0x11), {"abc"}, std::string(64, '\x22')}}};
  const auto bytes = from_hex_text("d8 62 84 40 a0 f6 81  83" + protected_with("11") +
                                   "a1 18 21 43 616263  58 40" + repeated("22", 64));
  EXPECT_EQ(sign.encode(), bytes);
  const auto parsed = CoseSign::parse(bytes);
  ASSERT_TRUE(parsed) << parsed.error().message();
  EXPECT_EQ(parsed->signatures, sign.signatures);
  EXPECT_EQ(to_be_signed(digest_of(0x11), "hi"),
            from_hex_text("85 69 5369676e6174757265 40" + protected_with("11") + "40 42 6869"));
}

TEST(Cose, HasCounterSignaturesAsInRfc9338) {
  CoseSignature author{digest_of(0x11), {"a", "b"}, std::string(64, '\x22')};
  author.counter_signatures = {{digest_of(0x33), {"c"}, std::string(64, '\x44')}};
  const CoseSign sign{{author}};
  const auto bytes =
      from_hex_text("d8 62 84 40 a0 f6 81  83" + protected_with("11") + "a2 0b 81 83" +
                    protected_with("33") + "a1 18 21 41 63 58 40" + repeated("44", 64) +
                    "18 21 82 41 61 41 62  58 40" + repeated("22", 64));
  EXPECT_EQ(sign.encode(), bytes);
  EXPECT_EQ(CoseSign::parse(bytes)->signatures, sign.signatures);
  EXPECT_EQ(to_be_counter_signed(author, digest_of(0x33)),
            from_hex_text("85 70 436f756e7465725369676e6174757265" + protected_with("11") +
                          protected_with("33") + "40 58 40" + repeated("22", 64)));
}

TEST(Cose, IsNothingElse) {
  const auto good = CoseSign{{{digest_of(1), {"abc"}, std::string(64, 's')}}}.encode();
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(CoseSign::parse(good.substr(0, size))) << size;
  }
  EXPECT_THAT(message_of(CoseSign::parse(good + "\xf6")), HasSubstr("expected the end"));
  const struct {
    const char* bytes;
    const char* error;
  } cases[] = {
      {"84 40 a0 f6 80", "byte 0: expected tag 98"},
      {"d8 12 84 40 a0 f6 80", "byte 0: expected tag 98"},
      {"d8 62 83 40 a0 f6", "expected 4 members of COSE_Sign"},
      {"d8 62 84 41 a0 a0 f6 80", "expected 0 members of the body's protected headers"},
      {"d8 62 84 40 a1 01 27 f6 80", "expected a map of at most 0"},
      {"d8 62 84 40 a0 41 61 80", "byte 5: expected null"},
      {"d8 62 84 40 a0 f6 80", "expected a signature"},
      {"d8 62 84 40 a0 f6 9b ffffffffffffffff", "an array of at most 16"},
      {"d8 62 9f 40 a0 f6 80 ff", "an array of at most 4"},
      {"d8 62 84 40 a0 f6 81 83 5b 7fffffffffffffff", "expected bytes"},
      {"d8 62 84 40 a0 f6 81 83 58 29 a2 01 26 18 22 82 2f 58 20", "expected bytes"},
  };
  for (const auto& c : cases) {
    EXPECT_THAT(message_of(CoseSign::parse(from_hex_text(c.bytes))), HasSubstr(c.error)) << c.bytes;
  }
  // The same, with a length that is longer than it must be.
  auto longer = good;
  longer.replace(0, 3, "\xd8\x62\x98\x04");
  EXPECT_THAT(message_of(CoseSign::parse(longer)), HasSubstr("not deterministic"));
  // Another algorithm.
  auto other = good;
  other[other.find("\x01\x27") + 1] = '\x26';
  EXPECT_THAT(message_of(CoseSign::parse(other)), HasSubstr("expected the algorithm -8 (EdDSA)"));
}

}  // namespace
}  // namespace hermes::package
