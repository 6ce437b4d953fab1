#include "extensions/ipfs/envelope.h"

#include <gtest/gtest.h>

namespace hermes::ipfs {
namespace {

using namespace std::chrono_literals;

class EnvelopeTest : public ::testing::Test {
 protected:
  std::string make(std::string_view data = "data") const {
    return *make_envelope(rights, topic, data, 7, now, identity);
  }
  bool opens(const Rights& of, const Topic& on, std::string_view author, std::string_view envelope,
             UtcTime at) const {
    return open_envelope(of, on, author, envelope, at).has_value();
  }

  const UtcTime now{500'000h};
  const p2p::Identity identity = *p2p::Identity::from_seed({1});
  const p2p::Identity other = *p2p::Identity::from_seed({2});
  const Rights rights{.app = "app", .structured = {"news"}};
  const Topic topic = *topic_of(rights, "news");
};

TEST_F(EnvelopeTest, HoldsDataAndNumber) {
  const auto opened = open_envelope(rights, topic, identity.peer(), make(), now + 9min);
  ASSERT_TRUE(opened) << opened.error().message();
  EXPECT_EQ(opened->data, "data");
  EXPECT_EQ(opened->sequence, 7U);
}

TEST_F(EnvelopeTest, IsRefusedFromAnotherAuthorTopicAppOrTime) {
  const auto envelope = make();
  EXPECT_FALSE(opens(rights, topic, other.peer(), envelope, now));
  EXPECT_FALSE(opens(rights, *topic_of(rights, "other"), identity.peer(), envelope, now));
  EXPECT_FALSE(opens({.app = "other"}, topic, identity.peer(), envelope, now));
  EXPECT_FALSE(opens(rights, topic, identity.peer(), envelope, now + kMessageLife));
  EXPECT_FALSE(opens(rights, topic, identity.peer(), envelope, now - 11min));
  EXPECT_TRUE(opens(rights, topic, identity.peer(), envelope, now - 9min)) << "clocks differ";
}

TEST_F(EnvelopeTest, OfATopicThatAppsShareIsOfAnyApp) {
  const Rights another{.app = "other", .permissions = {"topic:news"}, .structured = {"news"}};
  EXPECT_TRUE(opens(another, *topic_of(another, "news"), identity.peer(), make(), now));
}

TEST_F(EnvelopeTest, IsRefusedWhereABitIsAnother) {
  const auto envelope = make();
  for (std::size_t i = 0; i < envelope.size(); ++i) {
    auto changed = envelope;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(opens(rights, topic, identity.peer(), changed, now)) << i;
  }
  EXPECT_FALSE(opens(rights, topic, identity.peer(), "", now));
}

TEST_F(EnvelopeTest, HasNoMoreThanARecord) {
  EXPECT_EQ(make_envelope(rights, topic, std::string(64'513, 'x'), 7, now, identity).error().code(),
            Code::LimitReached);
  EXPECT_TRUE(opens(rights, topic, identity.peer(), make(std::string(64'512, 'x')), now));
}

}  // namespace
}  // namespace hermes::ipfs
