#include "extensions/kv_store/add.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <variant>
#include <vector>

#include "base/strings.h"

namespace hermes::kv_store {
namespace {

using namespace wit::kv_store::kv_values;

constexpr auto kMaxS64 = std::numeric_limits<std::int64_t>::max();
constexpr auto kMinS64 = std::numeric_limits<std::int64_t>::min();
constexpr auto kMaxU64 = std::numeric_limits<std::uint64_t>::max();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// The number of the type, and the content.
std::string show(const Value& value) {
  const auto content = []<typename Case>(const Case& x) -> std::string {
    if constexpr (requires { std::to_string(x.value); })
      return std::to_string(x.value);
    else
      return {x.value.begin(), x.value.end()};
  };
  return concat(value.index(), " '", std::visit(content, value), "'");
}

TEST(Add, KeepsTheTypeOfWhatIsThere) {
  const struct {
    Value current;
    Value operand;
    Value sum;
  } cases[] = {
      {KvS64{1}, KvS64{2}, KvS64{3}},
      {KvS64{1}, KvU64{2}, KvS64{3}},
      {KvU64{5}, KvS64{-3}, KvU64{2}},
      {KvU64{5}, KvU64{3}, KvU64{8}},

      // Integers stay within their type.
      {KvS64{kMaxS64}, KvS64{1}, KvS64{kMaxS64}},
      {KvS64{kMinS64}, KvS64{-1}, KvS64{kMinS64}},
      {KvS64{-1}, KvU64{kMaxU64}, KvS64{kMaxS64}},
      {KvS64{kMinS64}, KvU64{kMaxU64}, KvS64{kMaxS64}},
      {KvU64{5}, KvS64{-6}, KvU64{0}},
      {KvU64{kMaxU64}, KvU64{1}, KvU64{kMaxU64}},
      {KvU64{kMaxU64}, KvS64{-1}, KvU64{kMaxU64 - 1}},

      // An f64 is rounded before it is added to an integer, so no large integer loses a unit.
      {KvS64{1}, KvF64{1.4}, KvS64{2}},
      {KvS64{1}, KvF64{1.5}, KvS64{3}},
      {KvS64{1}, KvF64{-1.6}, KvS64{-1}},
      {KvS64{kMaxS64 - 1}, KvF64{1}, KvS64{kMaxS64}},
      {KvU64{kMaxU64}, KvF64{-1}, KvU64{kMaxU64 - 1}},
      {KvU64{3}, KvF64{-1e300}, KvU64{0}},
      {KvS64{3}, KvF64{kInfinity}, KvS64{kMaxS64}},
      {KvS64{3}, KvF64{-kInfinity}, KvS64{kMinS64}},
      {KvU64{kMaxU64}, KvF64{-kInfinity}, KvU64{0}},
      {KvS64{3}, KvF64{kNaN}, KvS64{3}},
      {KvU64{3}, KvF64{kNaN}, KvU64{3}},

      {KvF64{0.5}, KvS64{-1}, KvF64{-0.5}},
      {KvF64{0.5}, KvU64{1}, KvF64{1.5}},
      {KvF64{0.5}, KvF64{0.25}, KvF64{0.75}},
      {KvF64{0.5}, KvF64{kNaN}, KvF64{0.5}},
      {KvF64{0.5}, KvF64{kInfinity}, KvF64{kInfinity}},

      {KvString{"a"}, KvString{"b"}, KvString{"ab"}},
      {KvString{"n="}, KvS64{-7}, KvString{"n=-7"}},
      {KvString{"n="}, KvU64{kMaxU64}, KvString{"n=18446744073709551615"}},
      {KvString{"n="}, KvF64{0.1}, KvString{"n=0.1"}},
      {KvString{"n="}, KvF64{3}, KvString{"n=3"}},
      {KvString{"n="}, KvF64{1e300}, KvString{"n=1e+300"}},
      {KvString{"n="}, KvF64{kNaN}, KvString{"n="}},
      {KvBstr{{1}}, KvBstr{{2, 3}}, KvBstr{{1, 2, 3}}},

      // What cannot be added.
      {KvS64{1}, KvString{"2"}, KvS64{1}},
      {KvF64{1}, KvString{"2"}, KvF64{1}},
      {KvString{"a"}, KvBstr{{98}}, KvString{"a"}},
      {KvString{"a"}, KvJson{"1"}, KvString{"a"}},
      {KvBstr{{1}}, KvString{"b"}, KvBstr{{1}}},
      {KvBstr{{1}}, KvU64{2}, KvBstr{{1}}},
      {KvCbor{{1}}, KvCbor{{2}}, KvCbor{{1}}},
      {KvJson{"1"}, KvJson{"2"}, KvJson{"1"}},
      {KvJson{"1"}, KvS64{2}, KvJson{"1"}},
  };
  for (const auto& c : cases) {
    const auto sum = add(c.current, c.operand, 64);
    EXPECT_TRUE(identical(sum, c.sum)) << show(c.current) << " + " << show(c.operand) << " is "
                                       << show(sum) << ", not " << show(c.sum);
  }
}

TEST(Add, EndsTextAtTheLimitAndNotWithinACharacter) {
  const auto text = [](const Value& value) { return std::get<KvString>(value).value; };
  EXPECT_EQ(text(add(KvString{"abc"}, KvString{"def"}, 5)), "abcde");
  EXPECT_EQ(text(add(KvString{"abc"}, KvString{"d\u20AC"}, 6)), "abcd");
  EXPECT_EQ(text(add(KvString{"abc"}, KvString{"d\u20AC"}, 7)), "abcd\u20AC");
  EXPECT_EQ(text(add(KvString{"abc"}, KvString{"\u20AC"}, 5)), "abc");
  EXPECT_EQ(text(add(KvString{"abc"}, KvU64{123}, 5)), "abc12");
  EXPECT_EQ(text(add(KvString{"abc"}, KvString{"d"}, 3)), "abc");
  EXPECT_EQ(text(add_to_nothing(KvString{"ab\u00E9"}, 3)), "ab");
}

TEST(Add, EndsBytesAtTheLimit) {
  const auto bytes = [](const Value& value) { return std::get<KvBstr>(value).value; };
  EXPECT_EQ(bytes(add(KvBstr{{1, 2}}, KvBstr{{3, 4}}, 3)), (std::vector<std::uint8_t>{1, 2, 3}));
  EXPECT_EQ(bytes(add_to_nothing(KvBstr{{1, 2}}, 1)), (std::vector<std::uint8_t>{1}));
}

TEST(Identical, ComparesTypeAndBits) {
  EXPECT_TRUE(identical(KvF64{kNaN}, KvF64{kNaN}));
  EXPECT_FALSE(identical(KvF64{kNaN}, KvF64{-kNaN}));
  EXPECT_FALSE(identical(KvF64{0.0}, KvF64{-0.0}));
  EXPECT_FALSE(identical(KvS64{1}, KvU64{1}));
  EXPECT_FALSE(identical(KvString{"1"}, KvJson{"1"}));
  EXPECT_FALSE(identical(KvBstr{{1}}, KvCbor{{1}}));
  EXPECT_TRUE(identical(MaybeValue(), MaybeValue()));
  EXPECT_FALSE(identical(MaybeValue(), Value(KvS64{0})));
}

}  // namespace
}  // namespace hermes::kv_store
