#include "net/client_counts.h"

#include <gtest/gtest.h>

namespace hermes::net {
namespace {

TEST(ClientCounts, CountsEachClientForItself) {
  ClientCounts counts;
  EXPECT_TRUE(counts.add("10.0.0.1", 2));
  EXPECT_TRUE(counts.add("10.0.0.1", 2));
  EXPECT_FALSE(counts.add("10.0.0.1", 2));
  EXPECT_TRUE(counts.add("10.0.0.2", 2));
  counts.remove("10.0.0.1");
  counts.remove("10.0.0.1");
  EXPECT_TRUE(counts.add("10.0.0.1", 2));
}

TEST(ClientCounts, TakesANetworkOfIPv6ForOneClient) {
  ClientCounts counts;
  EXPECT_TRUE(counts.add("2001:db8::1", 1));
  EXPECT_FALSE(counts.add("2001:db8::2", 1));
  EXPECT_TRUE(counts.add("2001:db8:0:1::1", 1));
}

}  // namespace
}  // namespace hermes::net
