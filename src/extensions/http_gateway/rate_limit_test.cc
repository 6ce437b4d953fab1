#include "extensions/http_gateway/rate_limit.h"

#include <gtest/gtest.h>

namespace hermes::http_gateway {
namespace {

using namespace std::chrono_literals;

TEST(RateLimit, LetsSoManyPassInASecond) {
  RateLimit limit(4);
  const MonotonicTime begin(100s);
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(limit.admit("a", begin)) << i;
  EXPECT_EQ(limit.admit("a", begin), 250ms);
  EXPECT_FALSE(limit.admit("b", begin)) << "another key";
  EXPECT_EQ(limit.admit("a", begin + 249ms), 1ms) << "what is refused does not count";
  EXPECT_FALSE(limit.admit("a", begin + 250ms));
  EXPECT_TRUE(limit.admit("a", begin + 250ms));
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(limit.admit("a", begin + 10s));
  EXPECT_TRUE(limit.admit("a", begin + 10s)) << "a pause saves up no more than a second";
}

TEST(RateLimit, OfNoneIsNone) {
  RateLimit limit(0);
  for (int i = 0; i < 1'000; ++i) EXPECT_FALSE(limit.admit("a", MonotonicTime()));
}

TEST(RateLimit, ForgetsWhoOwesNothing) {
  RateLimit limit(1);
  for (int i = 0; i < 250'000; ++i) {
    EXPECT_FALSE(limit.admit(std::to_string(i), MonotonicTime(1ms * i)));
  }
}

TEST(ClientKey, IsTheNetworkOfAnAddressOfIpv6) {
  EXPECT_EQ(client_key("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(client_key("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  EXPECT_EQ(client_key("2001:db8:1:2::1"), client_key("2001:db8:1:2:ffff::"));
  EXPECT_EQ(client_key("?"), "?");
}

}  // namespace
}  // namespace hermes::http_gateway
