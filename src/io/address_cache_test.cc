#include "io/address_cache.h"

#include <gtest/gtest.h>

namespace hermes::io {
namespace {

using namespace std::chrono_literals;

const AddressCache::Addresses kAddresses{boost::asio::ip::make_address("192.0.2.1")};

TEST(AddressCache, KeepsANameForItsTime) {
  AddressCache cache;
  MonotonicTime now{};
  cache.put("a", kAddresses, now, 60s);
  EXPECT_EQ(cache.find("a", now + 59s), kAddresses);
  EXPECT_FALSE(cache.find("a", now + 60s));
  EXPECT_FALSE(cache.find("b", now));
}

TEST(AddressCache, KeepsNothingWithoutATime) {
  AddressCache cache;
  cache.put("a", kAddresses, {}, 0s);
  EXPECT_FALSE(cache.find("a", {}));
}

TEST(AddressCache, KeepsNothingLongerThanAnHour) {
  AddressCache cache;
  cache.put("a", kAddresses, {}, 24h);
  EXPECT_TRUE(cache.find("a", MonotonicTime(59min)));
  EXPECT_FALSE(cache.find("a", MonotonicTime(60min)));
}

TEST(AddressCache, DoesNotGrowWithoutEnd) {
  AddressCache cache;
  for (int i = 0; i < 4'096; ++i) cache.put(std::to_string(i), kAddresses, {}, 60s);
  EXPECT_TRUE(cache.find("0", {}));
  cache.put("one more", kAddresses, {}, 60s);
  EXPECT_FALSE(cache.find("0", {}));
  EXPECT_TRUE(cache.find("one more", {}));
}

}  // namespace
}  // namespace hermes::io
