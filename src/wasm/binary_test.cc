#include "wasm/binary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "wasm/binary_test_random.h"
#include "wasm/binary_test_types.h"

namespace hermes::wasm {
namespace {

using namespace std::string_literals;
using namespace test;
using testing::HasSubstr;

TEST(Binary, HasTheDocumentedBytes) {
  EXPECT_EQ(binary_encode(true), "\1\1"s);
  EXPECT_EQ(binary_encode(std::uint32_t{0x01020304}), "\1\4\3\2\1"s);
  EXPECT_EQ(binary_encode(std::int16_t{-2}), "\1\xFE\xFF"s);
  EXPECT_EQ(binary_encode(1.0F), "\1\0\0\x80\x3F"s);
  EXPECT_EQ(binary_encode(U'ä'), "\1\xE4\0\0\0"s);
  EXPECT_EQ(binary_encode("ä"s), "\1\2\xC3\xA4"s);
  EXPECT_EQ(binary_encode(std::string(300, 'x')).substr(0, 4), "\1\xAC\2x"s);
  EXPECT_EQ(binary_encode(std::vector<std::uint16_t>{1, 2}), "\1\2\1\0\2\0"s);
  EXPECT_EQ(binary_encode(std::vector{"a"s, ""s}), "\1\2\1a\0"s);
  EXPECT_EQ(binary_encode(Level::Error), "\1\2"s);
  EXPECT_EQ(binary_encode(Rights::Rename), "\1\0\2"s);
  EXPECT_EQ(binary_encode(std::optional<bool>()), "\1\0"s);
  EXPECT_EQ(binary_encode(std::optional(false)), "\1\1\0"s);
  EXPECT_EQ(binary_encode(Expected<bool, Level>(Unexpected(Level::Info))), "\1\1\1"s);
  EXPECT_EQ(binary_encode(GatewayResponse(gateway_response::Declined())), "\1\2"s);
  EXPECT_EQ(binary_encode(std::tuple(std::uint8_t{7}, "b"s)), "\1\7\1b"s);
  EXPECT_EQ(binary_encode(Nothing()), "\1"s);
}

TEST(Binary, RandomValuesComeBackAndHaveTheirSize) {
  Random random(1);
  for (int i = 0; i < 2'000; ++i) {
    const auto value = random.any<Everything>();
    const auto bytes = binary_encode(value);
    ASSERT_EQ(binary_size(value), bytes.size());
    const auto decoded = binary_decode<Everything>(bytes);
    ASSERT_TRUE(decoded.has_value()) << decoded.error().message();
    ASSERT_EQ(binary_encode(*decoded), bytes);
    if (std::isnan(value.f32) || std::isnan(value.f64)) continue;
    ASSERT_EQ(*decoded, value);
  }
}

TEST(Binary, EveryTruncationIsAnError) {
  Random random(2);
  for (int i = 0; i < 50; ++i) {
    const auto bytes = binary_encode(random.any<Everything>());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      ASSERT_FALSE(binary_decode<Everything>(std::string_view(bytes).substr(0, size)).has_value());
    }
  }
}

TEST(Binary, ChangedBytesAreAnErrorOrAnotherValue) {
  Random random(3);
  for (int i = 0; i < 20'000; ++i) {
    auto bytes = binary_encode(random.any<GatewayResponse>());
    for (auto flips = 1 + random.below(3); flips > 0; --flips) {
      bytes[random.below(bytes.size())] ^= static_cast<char>(1 + random.below(255));
    }
    const auto decoded = binary_decode<GatewayResponse>(bytes);
    if (!decoded.has_value()) {
      EXPECT_EQ(decoded.error().code(), Code::Corrupt);
    } else {
      ASSERT_EQ(binary_encode(*decoded), bytes);
    }
  }
}

template <typename T>
std::string refusal(std::string_view bytes) {
  const auto decoded = binary_decode<T>(bytes);
  return decoded.has_value() ? "" : decoded.error().message();
}

TEST(Binary, SaysWhatIsWrong) {
  EXPECT_EQ(refusal<bool>(""), "a stored value: it is cut off");
  EXPECT_EQ(refusal<bool>("\2\1"), "a stored value: its version is unknown");
  EXPECT_THAT(refusal<bool>("\1\1\1"s), HasSubstr("bytes behind its end"));
  EXPECT_THAT(refusal<bool>("\1\2"s), HasSubstr("a case is unknown"));
  EXPECT_THAT(refusal<Level>("\1\3"s), HasSubstr("a case is unknown"));
  EXPECT_THAT(refusal<GatewayResponse>("\1\3"s), HasSubstr("a case is unknown"));
  EXPECT_THAT(refusal<Rights>("\1\0\4"s), HasSubstr("a flag is unknown"));
  EXPECT_THAT(refusal<char32_t>("\1\0\xD8\0\0"s), HasSubstr("not a character"));
  EXPECT_THAT(refusal<std::string>("\1\1\xFF"s), HasSubstr("not UTF-8"));
  EXPECT_THAT(refusal<std::string>("\1\x81\0"s), HasSubstr("longer than it need be"));
  EXPECT_THAT(refusal<std::string>("\1"s + std::string(9, '\xFF') + "\2"s),
              HasSubstr("more than 64 bits"));
}

TEST(Binary, ACountIsCheckedBeforeMemoryIsTaken) {
  const auto huge = "\1"s + std::string(8, '\xFF') + "\x7F"s;
  EXPECT_THAT(refusal<std::string>(huge), HasSubstr("cut off"));
  EXPECT_THAT(refusal<std::vector<std::uint64_t>>(huge), HasSubstr("cut off"));
  EXPECT_THAT(refusal<std::vector<GatewayResponse>>(huge), HasSubstr("cut off"));
}

TEST(Binary, ResourcesCountNothing) {
  EXPECT_EQ(binary_size(OnBlock{std::make_shared<const Block>(), "main"}), 6U);
}

}  // namespace
}  // namespace hermes::wasm
