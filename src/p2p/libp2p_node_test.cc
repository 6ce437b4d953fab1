#include "p2p/libp2p_node.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <vector>

#include "p2p/peer_id.h"
#include "p2p/test_node.h"

namespace hermes::p2p {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Kind = Libp2pChange::Kind;
using std::chrono::hours;
constexpr auto kPatience = TestNode::kPatience;

class Libp2pNodeTest : public ::testing::TestWithParam<const char*> {
 protected:
  TestNode a{GetParam()};
  TestNode b{GetParam()};
};

TEST_P(Libp2pNodeTest, TwoConnectAndKnowEachOther) {
  a.connect(b);
  const auto peers = wait_for<std::vector<ConnectedPeer>>(
      [&](auto then) { a.node->peers(kPatience, std::move(then)); });
  ASSERT_TRUE(peers);
  ASSERT_EQ(peers->size(), 1);
  EXPECT_EQ(peers->front().peer, b.node->peer());
  ASSERT_TRUE(
      wait_for([&](auto then) { a.node->disconnect(b.node->peer(), kPatience, std::move(then)); }));
  EXPECT_EQ(b.next(Kind::Disconnected).peer, a.node->peer());
}

TEST_P(Libp2pNodeTest, TellsItsAddresses) {
  a.next(Kind::Listening);
  const auto addresses = wait_for<std::vector<OwnAddress>>(
      [&](auto then) { a.node->addresses(kPatience, std::move(then)); });
  ASSERT_TRUE(addresses);
  ASSERT_EQ(addresses->size(), 1);
  EXPECT_THAT(addresses->front().address, HasSubstr("/p2p/" + peer_text(a.node->peer())));
}

TEST_P(Libp2pNodeTest, AMessageAwaitsAVerdictAndArrivesOnce) {
  std::promise<TopicMessage> heard;
  a.connect(b);
  b.node->hear_messages([&](TopicMessage message) { heard.set_value(std::move(message)); });
  const auto listen = [](TestNode& one) {
    return wait_for([&](auto then) { one.node->subscribe("t", kPatience, std::move(then)); });
  };
  ASSERT_TRUE(listen(b));
  ASSERT_TRUE(listen(a));
  ASSERT_EQ(a.next(Kind::Subscribed).text, "t");
  const auto sequence = wait_for<std::uint64_t>(
      [&](auto then) { a.node->publish("t", "hello", kPatience, std::move(then)); });
  ASSERT_TRUE(sequence) << sequence.error().message();
  auto message = heard.get_future().get();
  message.pending.give(Verdict::Accept);
  EXPECT_EQ(message.topic, "t");
  EXPECT_EQ(message.author, a.node->peer());
  EXPECT_EQ(message.from, a.node->peer());
  EXPECT_EQ(message.sequence, *sequence);
  EXPECT_EQ(message.data, "hello");
  ASSERT_TRUE(wait_for([&](auto then) { b.node->unsubscribe("t", kPatience, std::move(then)); }));
  EXPECT_EQ(b.node->stats().topics, 0);
}

// Publishes so many messages, many at once; what finds no room is tried again when one has been
// heard.
struct Flood {
  Libp2pNode& node;
  std::atomic<int> left;
  std::atomic<int> held_back = 0;
  std::atomic<bool> has_failed = false;

  void next() {
    if (left.fetch_sub(1) > 0) send();
  }

  void send() {
    node.publish("t", std::string(1'024, 'm'), kPatience,
                 [this](const Result<std::uint64_t>& sent) {
                   if (sent && *sent != 0) return next();
                   if (!sent && sent.error().code() == Code::Busy) {
                     ++held_back;
                   } else {
                     has_failed = true;
                   }
                 });
  }

  void go_on() {
    for (int count = held_back.exchange(0); count > 0; --count) send();
  }
};

TEST_P(Libp2pNodeTest, AFloodIsHeldBackAndAllOfItComes) {
  constexpr int kAll = 25'600;
  constexpr int kAtOnce = 64;
  Flood flood{*a.node, kAll};
  std::atomic<int> heard = 0;
  std::promise<void> all;
  a.connect(b);
  b.node->hear_messages([&](TopicMessage message) {
    message.pending.give(Verdict::Accept);
    flood.go_on();
    if (++heard == kAll) all.set_value();
  });
  for (auto* one : {&b, &a}) {
    ASSERT_TRUE(
        wait_for([&](auto then) { one->node->subscribe("t", kPatience, std::move(then)); }));
  }
  a.next(Kind::Subscribed);
  for (int i = 0; i < kAtOnce; ++i) flood.next();
  EXPECT_EQ(all.get_future().wait_for(kPatience), std::future_status::ready)
      << heard << " heard, " << flood.left << " left, " << flood.held_back << " held back, "
      << b.node->stats().dropped << " dropped";
  EXPECT_FALSE(flood.has_failed);
  for (auto* one : {&a, &b}) one->node->stop(kPatience);
}

TEST_P(Libp2pNodeTest, ARecordIsStoredByWhoAcceptsIt) {
  std::promise<std::string> offered;
  a.connect(b);
  b.node->hear_records([&](OfferedRecord record) {
    record.pending.give(Verdict::Accept);
    offered.set_value(record.value);
  });
  const auto put = wait_for<bool>([&](auto then) {
    a.node->dht_put(Dht::App, "key", "value", hours(1), kPatience, std::move(then));
  });
  ASSERT_TRUE(put.has_value()) << put.error().message();
  EXPECT_TRUE(*put);
  ASSERT_EQ(offered.get_future().get(), "value");
  ASSERT_TRUE(wait_for(
      [&](auto then) { a.node->dht_remove(Dht::App, "key", kPatience, std::move(then)); }));
  std::vector<std::string> from;
  // Behind the verdict.
  ASSERT_TRUE(wait_for([&](auto then) {
    b.node->dht_get(
        Dht::App, "key", 1, kPatience, [&](const DhtValue& found) { from.push_back(found.from); },
        std::move(then));
  }));
  EXPECT_THAT(from, ElementsAre(""));
}

TEST_P(Libp2pNodeTest, ARecordIsNotStoredByWhoRejectsIt) {
  std::promise<void> offered;
  a.connect(b);
  b.node->hear_records([&](OfferedRecord record) {
    record.pending.give(Verdict::Reject);
    offered.set_value();
  });
  a.node->dht_put(Dht::App, "key", "value", hours(1), kPatience, [](const auto&) {});
  offered.get_future().get();
  const auto removed =
      wait_for([&](auto then) { b.node->dht_remove(Dht::App, "key", kPatience, std::move(then)); });
  EXPECT_EQ(removed.error().code(), Code::NotFound);
}

TEST_P(Libp2pNodeTest, ProvidersAreFound) {
  a.connect(b);
  const auto key = sha256_multihash("something");
  const auto provided = wait_for<bool>(
      [&](auto then) { a.node->dht_provide(Dht::Lan, key, kPatience, std::move(then)); });
  ASSERT_TRUE(provided.has_value()) << provided.error().message();
  EXPECT_TRUE(*provided);
  std::vector<std::string> providers;
  ASSERT_TRUE(wait_for([&](auto then) {
    b.node->dht_find_providers(
        Dht::Lan, key, 10, kPatience, [&](const std::string& peer) { providers.push_back(peer); },
        std::move(then));
  }));
  EXPECT_THAT(providers, ElementsAre(a.node->peer()));
}

TEST_P(Libp2pNodeTest, BlocksAreFetchedIntoTheStore) {
  const std::string content(200'000, 'x');
  const auto here = Cid::of(content, kRaw, 1);
  const auto nowhere = Cid::of("nobody has it", kRaw, 1);
  ASSERT_TRUE(a.repository->blocks().put(here, content));
  a.connect(b);
  std::vector<FetchedBlock> fetched;
  const auto done = wait_for([&](auto then) {
    b.node->fetch(
        b.node->new_session(), {here, nowhere}, {}, kPatience,
        [&](FetchedBlock block) { fetched.push_back(std::move(block)); }, std::move(then));
  });
  EXPECT_EQ(done.error().code(), Code::NotFound);
  ASSERT_EQ(fetched.size(), 2);
  for (const auto& [cid, block] : fetched) EXPECT_EQ(block.has_value(), cid == here);
  std::string read;
  ASSERT_TRUE(b.repository->blocks().read(here, read));
  EXPECT_EQ(read, content);
  EXPECT_EQ(a.node->stats().blocks_sent, 1);
}

TEST_P(Libp2pNodeTest, ABlockedPeerStaysOut) {
  a.connect(b);
  ASSERT_TRUE(wait_for([&](auto then) {
    a.node->block_peer(b.node->peer(), hours(0), kPatience, std::move(then));
  }));
  b.next(Kind::Disconnected);
  const auto dialled = wait_for<std::string>(
      [&](auto then) { a.node->dial(b.node->peer(), {}, kPatience, std::move(then)); });
  EXPECT_EQ(dialled.error().code(), Code::Denied);
}

INSTANTIATE_TEST_SUITE_P(Over, Libp2pNodeTest, ::testing::Values(TestNode::kTcp, TestNode::kQuic),
                         [](const auto& test) {
                           return test.param == TestNode::kTcp ? "Tcp" : "Quic";
                         });

TEST(LonelyLibp2pNode, PublishesToNobodyAndStoresForItself) {
  TestNode alone;
  const auto heard = wait_for<std::uint64_t>(
      [&](auto then) { alone.node->publish("t", "hello", kPatience, std::move(then)); });
  ASSERT_TRUE(heard);
  EXPECT_EQ(*heard, 0);
  const auto put = wait_for<bool>([&](auto then) {
    alone.node->dht_put(Dht::App, "key", "value", hours(1), kPatience, std::move(then));
  });
  ASSERT_TRUE(put.has_value());
  EXPECT_FALSE(*put);
  EXPECT_EQ(alone.node->stats().records, 1);
}

TEST(LonelyLibp2pNode, ACancelledRequestEndsOnce) {
  TestNode a;
  TestNode b;
  a.connect(b);
  // Nobody answers a peer that holds its tongue: the block is awaited.
  const auto done = wait_for([&](auto then) {
    const auto request =
        a.node->dial({}, {"/ip4/192.0.2.1/tcp/4001"}, kPatience,
                     [then = std::move(then)](Result<std::string> dialled) mutable {
                       EXPECT_EQ(dialled.error().code(), Code::Stopping);
                       then({});
                     });
    request.cancel();
    request.cancel();
  });
  EXPECT_TRUE(done);
}

TEST(LonelyLibp2pNode, EndsWhatIsUnderWayWithItself) {
  Code code{};
  {
    TestNode alone;
    alone.node->dial({}, {"/ip4/192.0.2.1/tcp/4001"}, kPatience,
                     [&](const Result<std::string>& done) { code = done.error().code(); });
  }
  EXPECT_EQ(code, Code::Stopping);
}

TEST(LonelyLibp2pNode, SaysWhichAddressIsNone) {
  TestNode alone;
  const auto started =
      Libp2pNode::start({.listen = {"/ip4/nowhere"}, .bootstrap = {}}, alone.node->identity(),
                        alone.repository->blocks(), nullptr);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code(), Code::InvalidArgument);
  EXPECT_THAT(started.error().message(), HasSubstr("/ip4/nowhere"));
}

TEST(LonelyLibp2pNode, AVerdictMayOutliveIt) {
  TopicMessage kept;
  {
    TestNode a;
    TestNode b;
    std::promise<TopicMessage> heard;
    a.connect(b);
    b.node->hear_messages([&](TopicMessage message) { heard.set_value(std::move(message)); });
    for (auto* one : {&b, &a}) {
      ASSERT_TRUE(
          wait_for([&](auto then) { one->node->subscribe("t", kPatience, std::move(then)); }));
    }
    a.next(Kind::Subscribed);
    a.node->publish("t", "hello", kPatience, [](const auto&) {});
    kept = heard.get_future().get();
  }
  kept.pending.give(Verdict::Accept);
  EXPECT_EQ(kept.data, "hello");
}

}  // namespace
}  // namespace hermes::p2p
