// hermes:ipfs in a real engine, on one node.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/strings.h"
#include "testing/engine/ipfs_side.h"

namespace hermes::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr auto kHello = "/ipfs/QmWfVY9y3xjsixTgbd9AorQxH7VtMpzfx2HaWtsoUYecaX";  // Of "hello".
constexpr auto kNobodys = "/ipfs/QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n";
constexpr auto kStranger = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";

TEST(Ipfs, AFileIsAddedAndReadByItsName) {
  IpfsSide side({}, IpfsSide::Network::Off);
  side.start_app("app", {"ipfs"});
  EXPECT_EQ(side.call("file-add", "", "hello"), kHello) << "as `ipfs add` calls it";
  EXPECT_EQ(side.call("file-get", kHello), "hello");
  EXPECT_EQ(side.call("file-get", std::string_view(kHello).substr(6)), "hello") << "a CID alone";
  const auto empty = side.call("file-add", "", "");
  EXPECT_EQ(side.call("file-get", empty), "");
  const std::string large(3'000'000, 'x');
  EXPECT_EQ(side.call("file-get", side.call("file-add", "", large)), large);
}

TEST(Ipfs, PathsAreCheckedAndWhatIsNotThereIsSaid) {
  IpfsSide side({}, IpfsSide::Network::Off);
  side.start_app("app", {"ipfs"});
  EXPECT_EQ(side.call("file-get", "/ipfs/nonsense"), "invalid-cid");
  EXPECT_EQ(side.call("file-get", "nonsense"), "invalid-cid");
  EXPECT_EQ(side.call("file-pin", "/ipfs/nonsense/a"), "invalid-cid");
  EXPECT_EQ(side.call("file-unpin", concat(kHello, "/../x")), "invalid-ipfs-path");
  EXPECT_EQ(side.call("file-get", "/ipns/example.com"), "invalid-ipfs-path");
  EXPECT_EQ(side.call("file-get", kNobodys), "file-get-error");
  EXPECT_EQ(side.call("file-pin", kNobodys), "file-pin-error");
  EXPECT_EQ(side.call("file-unpin", concat(kNobodys, "/a")), "get-cid-error");
}

TEST(Ipfs, EachAppHasPinsOfItsOwn) {
  IpfsSide side({}, IpfsSide::Network::Off);
  side.start_app("app", {"ipfs"});
  side.start_app("other", {"ipfs"});
  side.call("file-add", "", "hello");
  EXPECT_EQ(side.call("file-unpin", kHello, "", "other"), "false");
  EXPECT_EQ(side.call("file-pin", kHello, "", "other"), "true");
  EXPECT_EQ(side.call("file-pin", kHello), "true");
  EXPECT_EQ(side.call("file-unpin", kHello), "true");
  EXPECT_EQ(side.call("file-unpin", kHello), "true") << "it was pinned twice";
  EXPECT_EQ(side.call("file-unpin", kHello), "false");
  ASSERT_TRUE(side.net.repository->collect(0));
  EXPECT_EQ(side.call("file-get", kHello), "hello") << "the other one keeps it";
  EXPECT_EQ(side.call("file-unpin", kHello, "", "other"), "true");
  ASSERT_TRUE(side.net.repository->collect(0));
  EXPECT_EQ(side.call("file-get", kHello), "file-get-error");
}

TEST(Ipfs, AnAppAddsReadsAndPinsNoMoreThanItMay) {
  // Of the files below, which repeat a block, each takes less than half of it.
  IpfsSide side({.pin_bytes = 1'000'000, .file_bytes = 1'000'000}, IpfsSide::Network::Off);
  side.start_app("app", {"ipfs"});
  side.start_app("frugal", {"ipfs"}, R"({"pins_mib":0})");
  EXPECT_EQ(side.call("file-add", "", std::string(1'000'001, 'x')), "file-add-error");
  const auto first = side.call("file-add", "", std::string(999'000, 'a'));
  EXPECT_THAT(first, StartsWith("/ipfs/"));
  EXPECT_THAT(side.call("file-add", "", std::string(999'000, 'b')), StartsWith("/ipfs/"));
  EXPECT_EQ(side.call("file-add", "", std::string(999'000, 'c')), "file-add-error");
  EXPECT_EQ(side.call("file-add", "", "hello", "frugal"), "file-add-error");
  EXPECT_EQ(side.call("file-pin", first, "", "frugal"), "file-pin-error");
  side.log.wait_for_text("content of IPFS was not pinned: the app has pinned what it may");
  side.log.wait_for_text("a file of IPFS was refused");
  EXPECT_EQ(side.call("file-unpin", first), "true");
  EXPECT_THAT(side.call("file-add", "", std::string(999'000, 'c')), StartsWith("/ipfs/"));
}

TEST(Ipfs, WithoutANodeTheNetworkIsUnavailable) {
  IpfsSide side({}, IpfsSide::Network::Off);
  side.start_app("app", {"ipfs", "dht"});
  for (const auto* function :
       {"dht-put", "dht-get", "dht-provide", "dht-get-providers", "pubsub-publish",
        "pubsub-subscribe", "pubsub-unsubscribe", "get-peer-id"}) {
    EXPECT_EQ(side.call(function, "name", "data"), "service-unavailable") << function;
  }
  EXPECT_EQ(side.call("peer-evict", kStranger), "service-unavailable");
  EXPECT_EQ(side.call("validate-dht", "key", "value"), "true");
}

TEST(Ipfs, ACallWithoutThePermissionTrapsAndNamesIt) {
  IpfsSide side({}, IpfsSide::Network::Off);
  side.start_app("app", {"cron"});
  side.start_app("reader", {"ipfs"}, "{}", {"topic:weather"});
  for (const auto* function :
       {"file-add", "file-get", "file-pin", "file-unpin", "dht-get", "dht-get-providers",
        "peer-evict", "pubsub-publish", "pubsub-subscribe", "pubsub-unsubscribe"}) {
    EXPECT_THAT(side.call(function, "name", "data"), HasSubstr("lacks the permission 'ipfs'"))
        << function;
  }
  EXPECT_THAT(side.call("dht-put", "key", "value", "reader"),
              HasSubstr("dht-put: app 'local:reader' lacks the permission 'dht'"));
  EXPECT_THAT(side.call("dht-provide", "key", "", "reader"),
              HasSubstr("lacks the permission 'dht'"));
  EXPECT_THAT(side.call("pubsub-publish", "weather", "rain", "reader"),
              HasSubstr("pubsub-publish: app 'local:reader' lacks the permission 'topic:weather', "
                        "which it asks for and was not granted"));
  EXPECT_EQ(side.call("pubsub-publish", "own", "rain", "reader"), "service-unavailable")
      << "a topic of its own needs no more";
}

TEST(Ipfs, ArgumentsAreChecked) {
  IpfsSide side;
  side.start_app("app", {"ipfs", "dht", "topic:/hermes/x"});
  EXPECT_EQ(side.call("get-peer-id"), side.peer());
  EXPECT_EQ(side.call("dht-put", "", "value"), "invalid-dht-key");
  EXPECT_EQ(side.call("dht-get", std::string(257, 'x')), "invalid-dht-key");
  EXPECT_EQ(side.call("dht-provide", ""), "invalid-dht-key");
  EXPECT_EQ(side.call("dht-get-providers", ""), "invalid-dht-key");
  EXPECT_EQ(side.call("dht-put", "key", std::string(65'000, 'x')), "invalid-dht-value");
  EXPECT_EQ(side.call("pubsub-publish", "own", ""), "invalid-pubsub-message");
  EXPECT_EQ(side.call("pubsub-publish", "own", std::string(300'000, 'x')),
            "invalid-pubsub-message");
  EXPECT_EQ(side.call("pubsub-publish", "", "x"), "pubsub-publish-error");
  EXPECT_EQ(side.call("pubsub-subscribe", std::string(257, 'x')), "pubsub-subscribe-error");
  EXPECT_EQ(side.call("pubsub-subscribe", "/hermes/x"), "pubsub-subscribe-error")
      << "no grant reaches what is another app's";
  EXPECT_EQ(side.call("pubsub-unsubscribe", ""), "pubsub-unsubscribe-error");
  EXPECT_EQ(side.call("peer-evict", "nobody"), "invalid-peer-id");
  EXPECT_EQ(side.call("peer-evict", side.peer()), "peer-eviction-error") << "itself";
  EXPECT_EQ(side.call("peer-evict", kStranger), "true");
}

TEST(Ipfs, ContentIsValidatedAsByTheNetwork) {
  IpfsSide side({}, IpfsSide::Network::Off);
  side.start_app("app", {"ipfs"}, R"({"structured_topics":["offers"]})", {"topic:weather"});
  EXPECT_EQ(side.call("validate-dht", "key", "value"), "true");
  EXPECT_EQ(side.call("validate-dht", "", "value"), "false");
  EXPECT_EQ(side.call("validate-dht", concat("/hermes/", std::string(32, 'x')), "value"), "false")
      << "that is no record";
  EXPECT_EQ(side.call("validate-pubsub", "news", "data"), "true");
  EXPECT_EQ(side.call("validate-pubsub", "news", ""), "false");
  EXPECT_EQ(side.call("validate-pubsub", "weather", "data"), "false") << "it was not granted";
  EXPECT_EQ(side.call("validate-pubsub", "offers", "data"), "false") << "that is no envelope";
}

TEST(Ipfs, WithoutAnybodyElseRecordsStayHereAndMessagesFail) {
  IpfsSide side;
  side.start_app("app", {"ipfs", "dht"});
  side.start_app("other", {"ipfs", "dht"});
  EXPECT_EQ(side.call("dht-put", "key", "value"), "false") << "nobody else has it yet";
  EXPECT_EQ(side.call("dht-get", "key"), "value");
  EXPECT_EQ(side.call("dht-put", "key", "another"), "false");
  EXPECT_EQ(side.call("dht-get", "key"), "another");
  EXPECT_EQ(side.call("dht-get", "key", "", "other"), "dht-get-error") << "keys are the app's own";
  EXPECT_EQ(side.call("pubsub-publish", "news", "hello"), "pubsub-publish-error");
  EXPECT_EQ(side.call("pubsub-subscribe", "news"), "true");
  EXPECT_EQ(side.call("pubsub-subscribe", "news"), "true") << "once more is no harm";
  EXPECT_EQ(side.call("pubsub-unsubscribe", "news"), "true");
  EXPECT_EQ(side.call("pubsub-unsubscribe", "news"), "false");
}

TEST(Ipfs, AppsOfOneNodeShareATopicThatBothAreGranted) {
  IpfsSide side;
  side.start_app("app", {"ipfs", "topic:weather"});
  side.start_app("other", {"ipfs", "topic:weather"});
  side.start_app("third", {"ipfs"});
  for (const auto* app : {"app", "other", "third"}) {
    ASSERT_EQ(side.call("pubsub-subscribe", "weather", "", app), "true");
  }
  EXPECT_EQ(side.call("pubsub-publish", "weather", "rain"), "ok");
  side.log.wait_for(concat("on-topic weather ", side.peer(), " rain"));
  EXPECT_THAT(side.heard("other"), SizeIs(1));
  EXPECT_THAT(side.heard("app"), IsEmpty()) << "nobody hears itself";
  EXPECT_THAT(side.heard("third"), IsEmpty()) << "its topic of that name is its own";
}

TEST(Ipfs, TopicsRecordsAndPeersAreBoundedForEachApp) {
  IpfsSide side({.topics = 1, .records = 1, .provided = 1, .evicted = 1});
  side.start_app("app", {"ipfs", "dht"});
  EXPECT_EQ(side.call("pubsub-subscribe", "one"), "true");
  EXPECT_EQ(side.call("pubsub-subscribe", "two"), "pubsub-subscribe-error");
  EXPECT_EQ(side.call("dht-put", "one", "value"), "false");
  EXPECT_EQ(side.call("dht-put", "two", "value"), "dht-put-error");
  EXPECT_EQ(side.call("dht-provide", "one"), "ok");
  EXPECT_EQ(side.call("dht-provide", "two"), "dht-provide-error");
  EXPECT_EQ(side.call("peer-evict", kStranger), "true");
  EXPECT_EQ(side.call("peer-evict", "12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F3V3fyKSUKPH5"),
            "peer-eviction-error");
  for (const auto* text : {"a topic of IPFS was refused", "a record of IPFS was refused",
                           "a key of IPFS was not announced", "a peer of IPFS was not evicted"}) {
    side.log.wait_for_text(text);
  }
}

TEST(Ipfs, WhatAnAppAskedForIsThereAfterARestart) {
  IpfsSide side;
  const auto start = [&] {
    side.start_app("app", {"ipfs", "dht", "topic:weather"});
    side.start_app("other", {"ipfs", "topic:weather"});
  };
  start();
  side.call("file-add", "", "hello");
  side.call("dht-put", "key", "value");
  side.call("pubsub-subscribe", "weather");
  side.restart();
  start();
  EXPECT_EQ(side.call("dht-get", "key"), "value");
  EXPECT_EQ(side.call("pubsub-publish", "weather", "rain", "other"), "ok");
  side.log.wait_for(concat("on-topic weather ", side.peer(), " rain"));
  EXPECT_EQ(side.call("file-unpin", kHello), "true");
}

TEST(Ipfs, AnAppThatStopsHearsNothingAndAnAppThatIsRemovedHasNothing) {
  IpfsSide side;
  side.start_app("app", {"ipfs", "dht", "topic:weather"});
  side.start_app("other", {"ipfs", "topic:weather"});
  side.call("pubsub-subscribe", "weather");
  side.call("dht-put", "key", "value");
  side.stop_app("app");
  EXPECT_EQ(side.call("pubsub-publish", "weather", "rain", "other"), "pubsub-publish-error");
  ASSERT_TRUE(side.net.repository->tracking().release_all("local:app"));
  side.start_app("app", {"ipfs", "dht", "topic:weather"});
  EXPECT_EQ(side.call("dht-get", "key"), "dht-get-error");
  EXPECT_EQ(side.call("pubsub-unsubscribe", "weather"), "false");
}

TEST(Ipfs, AnAppThatAnswersTooSlowlyLosesMessages) {
  IpfsSide side({.messages = 0});
  side.start_app("app", {"ipfs", "topic:weather"});
  side.start_app("other", {"ipfs", "topic:weather"});
  side.call("pubsub-subscribe", "weather");
  EXPECT_EQ(side.call("pubsub-publish", "weather", "rain", "other"), "ok");
  side.log.wait_for_text("a message of IPFS is lost");
  EXPECT_THAT(side.heard(), IsEmpty());
}

}  // namespace
}  // namespace hermes::testing
