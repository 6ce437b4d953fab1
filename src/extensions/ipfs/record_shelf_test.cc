#include "extensions/ipfs/record_shelf.h"

#include <gtest/gtest.h>

#include "base/strings.h"

namespace hermes::ipfs {
namespace {

using namespace std::chrono_literals;
using p2p::Verdict;

class RecordShelfTest : public ::testing::Test {
 protected:
  Verdict offer(std::string_view key, std::int64_t sequence, std::chrono::seconds life = 24h,
                std::string_view app = "app") {
    return shelf.offer(place(key, app), envelope(key, sequence, life, app), now);
  }
  std::string place(std::string_view key, std::string_view app = "app") const {
    return p2p::place_of_record(app, identity.public_key(), key);
  }
  std::string envelope(std::string_view key, std::int64_t sequence, std::chrono::seconds life,
                       std::string_view app) const {
    const auto expiry = std::chrono::floor<std::chrono::seconds>(now + life).time_since_epoch();
    return p2p::Record{.app = std::string(app),
                       .key = std::string(key),
                       .value = "value",
                       .sequence = sequence,
                       .expiry = expiry.count(),
                       .publisher = identity.public_key()}
        .sign(identity);
  }

  UtcTime now{500'000h};
  p2p::Identity identity = *p2p::Identity::from_seed({1});
  p2p::Identity own = *p2p::Identity::from_seed({9});
  RecordShelf shelf{own.public_key()};
};

TEST_F(RecordShelfTest, TakesARecordAndWhatIsNewer) {
  EXPECT_EQ(offer("key", 5), Verdict::Accept);
  EXPECT_EQ(offer("key", 5), Verdict::Accept) << "the same again, by another who stores it";
  EXPECT_EQ(offer("key", 6), Verdict::Accept);
  EXPECT_EQ(offer("key", 5), Verdict::Ignore) << "nobody takes a record back to what it was";
  EXPECT_EQ(offer("key", 6, 1h), Verdict::Ignore) << "nor has it expire sooner";
  EXPECT_EQ(shelf.size(), 1U);
}

TEST_F(RecordShelfTest, RejectsWhatIsNoRecordOfThatPlaceOrTime) {
  EXPECT_EQ(shelf.offer(place("key"), "nonsense", now), Verdict::Reject);
  EXPECT_EQ(shelf.offer(place("other"), envelope("key", 1, 24h, "app"), now), Verdict::Reject);
  EXPECT_EQ(offer("key", 1, -1s), Verdict::Reject);
  EXPECT_EQ(offer("key", 1, 50h), Verdict::Reject);
  EXPECT_EQ(shelf.size(), 0U);
}

TEST_F(RecordShelfTest, NobodyTakesTheNodesOwnRecordsBack) {
  identity = own;
  EXPECT_EQ(offer("key", 1), Verdict::Ignore) << "a peer may have one of before";
  EXPECT_EQ(shelf.size(), 0U);
}

TEST_F(RecordShelfTest, OnePublisherHasNoMoreThanItsShareUntilRecordsExpire) {
  for (std::size_t i = 0; i < RecordShelf::kOfPublisher; ++i) {
    ASSERT_EQ(offer(concat("key ", i), 1, 1h), Verdict::Accept);
  }
  EXPECT_EQ(offer("more", 1), Verdict::Ignore);
  EXPECT_EQ(offer("more", 1, 24h, "other"), Verdict::Ignore) << "whatever app it names";
  EXPECT_EQ(offer("key 0", 2), Verdict::Accept) << "what has its place";
  const auto first = identity;
  identity = *p2p::Identity::from_seed({2});
  EXPECT_EQ(offer("more", 1), Verdict::Accept) << "of another publisher";
  identity = first;
  now += 2h;
  EXPECT_EQ(offer("more", 1), Verdict::Accept);
  EXPECT_EQ(shelf.size(), 3U);
}

}  // namespace
}  // namespace hermes::ipfs
