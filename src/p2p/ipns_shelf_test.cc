#include "p2p/ipns_shelf.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "p2p/identity.h"
#include "p2p/ipns_record.h"

namespace hermes::p2p {
namespace {

using namespace std::chrono_literals;

constexpr UtcTime kNow = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);

class IpnsShelfTest : public ::testing::Test {
 protected:
  Verdict offer(std::int64_t sequence, std::chrono::nanoseconds validity = 1h) {
    const IpnsRecord record{"/ipfs/x", sequence, kNow + validity, 1min};
    return shelf.offer(place, *record.sign(identity), kNow);
  }

  const Identity identity = *Identity::from_seed({1});
  const std::string place = ipns_place(identity.peer());
  const Identity own = *Identity::from_seed({3});
  IpnsShelf shelf{ipns_place(own.peer())};
};

TEST_F(IpnsShelfTest, TakesTheRecordThatCountsAndNoneBeforeIt) {
  EXPECT_EQ(offer(7), Verdict::Accept);
  EXPECT_EQ(offer(7), Verdict::Accept);  // Its holder says it again.
  EXPECT_EQ(offer(6), Verdict::Ignore);
  EXPECT_EQ(offer(7, 30min), Verdict::Ignore);
  EXPECT_EQ(offer(8), Verdict::Accept);
  EXPECT_EQ(offer(7), Verdict::Ignore);
}

TEST_F(IpnsShelfTest, TakesNoneThatHasExpired) {
  EXPECT_EQ(offer(1, 0s), Verdict::Ignore);
}

TEST_F(IpnsShelfTest, NobodyTakesTheNodesOwnNameBack) {
  const IpnsRecord record{"/ipfs/before", 1, kNow + 1h, 1min};
  EXPECT_EQ(shelf.offer(ipns_place(own.peer()), *record.sign(own), kNow), Verdict::Ignore);
}

TEST_F(IpnsShelfTest, IsOffendedByForgeries) {
  const IpnsRecord record{"/ipfs/x", 1, kNow + 1h, 1min};
  const auto forged = *record.sign(*Identity::from_seed({2}));
  EXPECT_EQ(shelf.offer(place, forged, kNow), Verdict::Reject);
  EXPECT_EQ(shelf.offer(place, "", kNow), Verdict::Reject);
}

TEST_F(IpnsShelfTest, LeavesWhatItCannotCheck) {
  const auto of_rsa = "/ipns/\x12\x20" + std::string(32, 'x');
  EXPECT_EQ(shelf.offer(of_rsa, "record", kNow), Verdict::Ignore);
  EXPECT_EQ(shelf.offer("/pk/key", "record", kNow), Verdict::Ignore);
}

TEST_F(IpnsShelfTest, KnowsSoManyNamesAndForgetsThoseThatHaveExpired) {
  const auto offer_of = [&](std::uint32_t number, UtcTime now,
                            std::chrono::nanoseconds validity = 1h) {
    const auto one = *Identity::from_seed(
        {static_cast<std::uint8_t>(number), static_cast<std::uint8_t>(number >> 8U), 9});
    const IpnsRecord record{"/ipfs/x", 1, kNow + validity + std::chrono::seconds(number), 1min};
    return shelf.offer(ipns_place(one.peer()), *record.sign(one), now);
  };
  ASSERT_EQ(offer_of(0, kNow), Verdict::Accept);
  for (std::uint32_t number = 1; number < IpnsShelf::kMost; ++number) {
    ASSERT_EQ(offer_of(number, kNow, 90 * 24h), Verdict::Accept);
  }
  EXPECT_EQ(offer_of(IpnsShelf::kMost, kNow), Verdict::Ignore);
  EXPECT_EQ(offer_of(IpnsShelf::kMost, kNow + 1h), Verdict::Accept);
  EXPECT_EQ(offer_of(IpnsShelf::kMost + 1, kNow + 1h), Verdict::Ignore);
  EXPECT_EQ(offer_of(IpnsShelf::kMost + 1, kNow + IpnsShelf::kMemory, 90 * 24h), Verdict::Accept)
      << "names that are valid for months keep nobody else's out";
}

}  // namespace
}  // namespace hermes::p2p
