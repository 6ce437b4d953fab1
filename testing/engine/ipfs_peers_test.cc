// hermes:ipfs in real engines whose nodes speak with each other over loopback.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "extensions/ipfs/topic.h"
#include "testing/engine/ipfs_side.h"

namespace hermes::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Kind = p2p::Libp2pChange::Kind;

/// The app of all sides, as peers call its topic.
std::string wire_of(std::string_view topic) {
  const auto named = ipfs::topic_of({.app = "local:app"}, topic);
  if (!named) throw std::runtime_error(named.error().message());
  return named->wire;
}

std::string line(std::string_view topic, std::string_view publisher, std::string_view data) {
  return concat("on-topic ", topic, " ", publisher, " ", data);
}

/// Both listen, and know it of each other.
void subscribe_both(IpfsSide& a, IpfsSide& b, std::string_view topic) {
  ASSERT_EQ(a.call("pubsub-subscribe", topic), "true");
  ASSERT_EQ(b.call("pubsub-subscribe", topic), "true");
  a.net.next(Kind::Subscribed);
  b.net.next(Kind::Subscribed);
}

TEST(IpfsPeers, AFileIsReadAndPinnedFromAPeer) {
  IpfsSide a;
  IpfsSide b;
  a.net.connect(b.net);
  a.start_app("app", {"ipfs"});
  b.start_app("app", {"ipfs"});
  const std::string content(1'000'000, 'x');
  const auto path = a.call("file-add", "", content);
  EXPECT_EQ(b.call("file-get", path), content);
  const auto other = a.call("file-add", "", std::string(700'000, 'y'));
  EXPECT_EQ(b.call("file-pin", other), "true");
  EXPECT_EQ(b.call("file-unpin", other), "true");
}

TEST(IpfsPeers, AFileThatIsTooLargeIsNotFetched) {
  IpfsSide a;
  IpfsSide b({.file_bytes = 500'000});
  a.net.connect(b.net);
  a.start_app("app", {"ipfs"});
  b.start_app("app", {"ipfs"});
  EXPECT_EQ(b.call("file-get", a.call("file-add", "", std::string(900'000, 'x'))),
            "file-get-error");
  b.log.wait_for_text("a file of IPFS was refused");
}

TEST(IpfsPeers, AThousandMessagesEachWayNoneIsLostAndEachIsInItsPlace) {
  constexpr int kMany = 1'000;
  IpfsSide a;
  IpfsSide b;
  a.net.connect(b.net);
  a.start_app("app", {"ipfs"});
  b.start_app("app", {"ipfs"});
  subscribe_both(a, b, "news");
  auto from_b = std::async(std::launch::async,
                           [&] { return b.call("publish-many", "news", std::to_string(kMany)); });
  EXPECT_EQ(a.call("publish-many", "news", std::to_string(kMany)), "0");
  EXPECT_EQ(from_b.get(), "0");
  std::vector<std::string> of_a;
  std::vector<std::string> of_b;
  for (int i = 0; i < kMany; ++i) {
    of_a.push_back(line("news", a.peer(), std::to_string(i)));
    of_b.push_back(line("news", b.peer(), std::to_string(i)));
  }
  a.log.wait_for(of_b.back());
  b.log.wait_for(of_a.back());
  EXPECT_EQ(a.heard(), of_b);
  EXPECT_EQ(b.heard(), of_a);
}

TEST(IpfsPeers, AStructuredTopicRefusesForgeriesAndReplaysAlsoAfterARestart) {
  constexpr auto kManifest = R"({"structured_topics":["offers"]})";
  IpfsSide a;
  IpfsSide b;
  a.net.connect(b.net);
  a.start_app("app", {"ipfs"}, kManifest);
  b.start_app("app", {"ipfs"}, kManifest);
  const auto wire = wire_of("offers");
  std::promise<std::string> envelope;
  std::atomic<bool> is_heard = false;
  p2p::TestNode spy;  // It knows what the topic is called, and hears envelopes as they are.
  spy.connect(b.net);
  spy.node->hear_messages([&](p2p::TopicMessage message) {
    if (!is_heard.exchange(true)) envelope.set_value(message.data);
    message.pending.give(p2p::Verdict::Accept);
  });
  subscribe_both(a, b, "offers");
  ASSERT_TRUE(p2p::wait_for<>(
      [&](auto then) { spy.node->subscribe(wire, p2p::TestNode::kPatience, std::move(then)); }));
  b.net.next(Kind::Subscribed);
  EXPECT_EQ(a.call("pubsub-publish", "offers", "first"), "ok");
  b.log.wait_for(line("offers", a.peer(), "first"));
  const auto heard = within_patience(envelope.get_future());

  const auto publish = [&](p2p::Libp2pNode& node, const std::string& data) {
    const auto sent = p2p::wait_for<std::uint64_t>(
        [&](auto then) { node.publish(wire, data, p2p::TestNode::kPatience, std::move(then)); });
    ASSERT_TRUE(sent) << sent.error().message();
  };
  publish(a.node(), heard);  // Again, by its author.
  EXPECT_EQ(a.call("pubsub-publish", "offers", "second"), "ok");
  b.log.wait_for(line("offers", a.peer(), "second"));
  EXPECT_THAT(b.heard(),
              ElementsAre(line("offers", a.peer(), "first"), line("offers", a.peer(), "second")));

  b.stop_app("app");
  a.net.next(Kind::Unsubscribed);
  spy.next(Kind::Unsubscribed);
  b.restart();
  b.start_app("app", {"ipfs"}, kManifest);
  a.net.next(Kind::Subscribed);
  spy.next(Kind::Subscribed);
  publish(a.node(), heard);
  publish(*spy.node, heard);
  EXPECT_EQ(a.call("pubsub-publish", "offers", "third"), "ok");
  b.log.wait_for(line("offers", a.peer(), "third"));
  EXPECT_THAT(b.heard(),
              ElementsAre(line("offers", a.peer(), "first"), line("offers", a.peer(), "second"),
                          line("offers", a.peer(), "third")));
}

TEST(IpfsPeers, WhatAnAppFindsInvalidIsNotForwarded) {
  IpfsSide a;
  IpfsSide b;
  IpfsSide c;
  for (auto* side : {&a, &b, &c}) side->start_app("app", {"ipfs"});
  ASSERT_TRUE(p2p::wait_for<>([&](auto then) {  // So that there is only the way through b.
    a.node().block_peer(c.node().peer(), {}, p2p::TestNode::kPatience, std::move(then));
  }));
  a.net.connect(b.net);
  c.net.connect(b.net);
  subscribe_both(a, b, "news");
  ASSERT_EQ(c.call("pubsub-subscribe", "news"), "true");
  c.net.next(Kind::Subscribed);
  b.net.next(Kind::Subscribed);
  ASSERT_EQ(a.call("pubsub-publish", "news", "good"), "ok");
  c.log.wait_for(line("news", a.peer(), "good"));
  ASSERT_EQ(a.call("pubsub-publish", "news", "bad"), "ok");
  ASSERT_EQ(a.call("pubsub-publish", "news", "trap"), "ok");
  b.log.wait_for(line("news", a.peer(), "trap"));
  ASSERT_EQ(b.call("pubsub-publish", "news", "after"), "ok");
  c.log.wait_for(line("news", b.peer(), "after"));
  EXPECT_THAT(c.heard(),
              ElementsAre(line("news", a.peer(), "good"), line("news", b.peer(), "after")));
}

TEST(IpfsPeers, AnAppHearsNothingOfAPeerThatItHasEvictedAndOtherAppsDo) {
  IpfsSide a;
  IpfsSide b;
  a.net.connect(b.net);
  a.start_app("app", {"ipfs", "topic:weather"});
  b.start_app("app", {"ipfs", "topic:weather"});
  b.start_app("other", {"ipfs", "topic:weather"});
  subscribe_both(a, b, "weather");
  ASSERT_EQ(b.call("pubsub-subscribe", "weather", "", "other"), "true");
  ASSERT_EQ(b.call("peer-evict", a.peer()), "true");
  ASSERT_EQ(a.call("pubsub-publish", "weather", "rain"), "ok");
  b.log.wait_for(line("weather", a.peer(), "rain"));
  EXPECT_THAT(b.heard("other"), ElementsAre(line("weather", a.peer(), "rain")));
  EXPECT_THAT(b.heard("app"), IsEmpty());
}

TEST(IpfsPeers, WithThePermissionAPeerIsKeptAwayFromTheNode) {
  IpfsSide a;
  IpfsSide b;
  a.net.connect(b.net);
  b.start_app("app", {"ipfs", "evict"});
  ASSERT_EQ(b.call("peer-evict", a.peer()), "true");
  EXPECT_EQ(b.net.next(Kind::Disconnected).peer, a.node().peer());
  const auto dialled = p2p::wait_for<std::string>([&](auto then) {
    b.node().dial(a.node().peer(), {a.net.address()}, p2p::TestNode::kPatience, std::move(then));
  });
  EXPECT_FALSE(dialled);
  b.stop_app("app");
  EXPECT_TRUE(p2p::wait_for<std::string>([&](auto then) {
    b.node().dial(a.node().peer(), {a.net.address()}, p2p::TestNode::kPatience, std::move(then));
  })) << "while the app runs";
}

TEST(IpfsPeers, ARecordIsReadWhereItsPublisherIsTrusted) {
  IpfsSide a;
  IpfsSide b;
  a.net.connect(b.net);
  a.start_app("app", {"ipfs", "dht"});
  b.start_app("app", {"ipfs", "dht"}, concat(R"({"publishers":[")", a.peer(), R"("]})"));
  b.start_app("other", {"ipfs", "dht"}, concat(R"({"publishers":[")", a.peer(), R"("]})"));
  EXPECT_EQ(a.call("dht-put", "key", "value"), "true");
  EXPECT_EQ(b.call("dht-get", "key"), "value");
  EXPECT_EQ(a.call("dht-put", "key", "newer"), "true");
  EXPECT_EQ(b.call("dht-get", "key"), "newer");
  EXPECT_EQ(b.call("dht-get", "key", "", "other"), "dht-get-error") << "of another app";
  EXPECT_EQ(a.call("dht-get", "none"), "dht-get-error");
  ASSERT_EQ(b.call("peer-evict", a.peer()), "true");
  EXPECT_EQ(b.call("dht-get", "key"), "dht-get-error");
}

TEST(IpfsPeers, ARecordOfAKeyForAllIsReadFromWhomeverPublishesIt) {
  IpfsSide a;
  IpfsSide b;
  a.net.connect(b.net);
  a.start_app("app", {"ipfs", "dht"});
  b.start_app("app", {"ipfs", "dht"});
  EXPECT_EQ(a.call("dht-put", "/any/key", "value"), "true");
  EXPECT_EQ(a.call("dht-put", "key", "value"), "true");
  EXPECT_EQ(b.call("dht-get", "/any/key"), "value");
  EXPECT_EQ(b.call("dht-get", "key"), "dht-get-error");
}

TEST(IpfsPeers, ProvidersAreFoundUntilTheyAreEvicted) {
  IpfsSide a;
  IpfsSide b;
  a.net.connect(b.net);
  a.start_app("app", {"ipfs", "dht"});
  b.start_app("app", {"ipfs", "dht"});
  EXPECT_EQ(b.call("dht-get-providers", "key"), "ok") << "none";
  EXPECT_EQ(a.call("dht-provide", "key"), "ok");
  EXPECT_EQ(b.call("dht-get-providers", "key"), concat("ok ", a.peer()));
  ASSERT_EQ(b.call("peer-evict", a.peer()), "true");
  EXPECT_EQ(b.call("dht-get-providers", "key"), "ok");
}

}  // namespace
}  // namespace hermes::testing
