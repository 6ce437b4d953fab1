#include "p2p/record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>

namespace hermes::p2p {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr UtcTime kNow = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);

std::int64_t seconds(UtcTime time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

class RecordTest : public ::testing::Test {
 protected:
  std::string place() const { return place_of_record(record.app, record.publisher, record.key); }

  const Identity identity = *Identity::from_seed({1});
  Record record{"board@91ab", "key", "value", 7, seconds(kNow + 1h), identity.public_key()};
};

TEST_F(RecordTest, IsReadAsItWasSigned) {
  const auto read = Record::parse(record.sign(identity));
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(*read, record);
  EXPECT_TRUE(check_record(*read, place(), kNow));
}

TEST_F(RecordTest, IsRefusedWithAnyBitChanged) {
  const auto envelope = record.sign(identity);
  for (std::size_t bit = 0; bit < envelope.size() * 8; ++bit) {
    auto changed = envelope;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(Record::parse(changed)) << bit;
  }
  for (std::size_t size = 0; size < envelope.size(); ++size) {
    EXPECT_FALSE(Record::parse(envelope.substr(0, size))) << size;
  }
  EXPECT_FALSE(Record::parse(envelope + "x"));
}

TEST_F(RecordTest, IsRefusedWhereSomebodyElseSigned) {
  EXPECT_THAT(Record::parse(record.sign(*Identity::from_seed({2}))).error().message(),
              HasSubstr("forged"));
}

TEST_F(RecordTest, IsRefusedPastItsLimits) {
  for (auto change :
       {+[](Record& r) { r.key = std::string(257, 'k'); }, +[](Record& r) { r.key.clear(); },
        +[](Record& r) { r.app.clear(); }, +[](Record& r) { r.app = std::string(257, 'a'); },
        +[](Record& r) { r.value = std::string(kLargestRecordValue + 1, 'v'); },
        +[](Record& r) { r.sequence = -1; }}) {
    auto changed = record;
    change(changed);
    EXPECT_FALSE(Record::parse(changed.sign(identity)));
  }
}

TEST_F(RecordTest, IsNoLargerThanTheTableTakes) {
  record.app = std::string(256, 'a');
  record.key = std::string(kLongestRecordKey, 'k');
  record.value = std::string(kLargestRecordValue, 'v');
  record.sequence = record.expiry = std::numeric_limits<std::int64_t>::max();
  const auto envelope = record.sign(identity);
  EXPECT_LE(envelope.size(), kLargestRecord);
  EXPECT_TRUE(Record::parse(envelope));
}

TEST_F(RecordTest, BelongsToItsAppPublisherAndKey) {
  const auto other = Identity::from_seed({2})->public_key();
  EXPECT_NE(place(), place_of_record("board@other", record.publisher, record.key));
  EXPECT_NE(place(), place_of_record(record.app, other, record.key));
  EXPECT_NE(place(), place_of_record(record.app, record.publisher, "another"));
  EXPECT_THAT(
      check_record(record, place_of_record(record.app, other, record.key), kNow).error().message(),
      HasSubstr("at the place of another"));
}

TEST_F(RecordTest, HasProvidersByItsAppAndKey) {
  const auto place = place_of_provider("board@91ab", "key");
  EXPECT_EQ(place.size(), 34U);
  EXPECT_TRUE(place.starts_with("\x12\x20"));
  EXPECT_NE(place, place_of_provider("board@other", "key"));
  EXPECT_NE(place, place_of_provider("board@91ab", "another"));
  EXPECT_NE(place_of_provider("ab", "c"), place_of_provider("a", "bc"));
}

TEST_F(RecordTest, CountsUntilItExpiresAndForTwoDaysAtMost) {
  EXPECT_THAT(check_record(record, place(), kNow + 1h).error().message(), HasSubstr("expired"));
  record.expiry = seconds(kNow + 48h);
  EXPECT_TRUE(check_record(record, place(), kNow));
  record.expiry = seconds(kNow + 49h);
  EXPECT_THAT(check_record(record, place(), kNow).error().message(), HasSubstr("too late"));
}

}  // namespace
}  // namespace hermes::p2p
