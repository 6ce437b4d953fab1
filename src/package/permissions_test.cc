#include "package/permissions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace hermes::package {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Permissions, HaveNames) {
  for (const auto* name :
       {"cron", "shutdown", "ipfs", "dht", "evict", "validate", "outbound:api.example.com",
        "outbound:api.example.com:443", "outbound:[::1]:80", "outbound:127.0.0.1", "topic:news",
        "topic:/a/b~c", "tcp:db.example.com:5432", "udp:[::1]", "tcp:127.0.0.1"}) {
    EXPECT_TRUE(is_permission(name)) << name;
  }
  for (const auto* name :
       {"", "all", "*", "cron ", "outbound:", "outbound:*", "outbound:a:0", "topic:", "topic:a b",
        "sockets", "tcp", "tcp:", "udp:*", "udp:a:0", "tls:a"}) {
    EXPECT_FALSE(is_permission(name)) << name;
  }
  EXPECT_FALSE(is_permission("topic:" + std::string(257, 'a')));
}

TEST(Permissions, OfHostnamesAreForPublicNames) {
  for (const auto* name : {"board.example.com", "a.b", "xn--bcher-kva.example"}) {
    EXPECT_TRUE(is_hostname(name)) << name;
  }
  for (const auto* name :
       {"", "localhost", "board", "board.localhost", "board.hermes.local", "Board.example.com",
        "-a.example", "a-.example", "a..example", "a.example.", "127.0.0.1", "*.example.com"}) {
    EXPECT_FALSE(is_hostname(name)) << name;
  }
  const std::string label(60, 'a');
  EXPECT_FALSE(is_hostname(label + "." + label + "." + label + "." + label + "." + label));
}

TEST(Permissions, AreWhatIsAskedForAndGranted) {
  EXPECT_THAT(narrow({"cron", "shutdown"}, {"cron", "evict"}), ElementsAre("cron"));
  EXPECT_THAT(narrow({"cron"}, {}), IsEmpty());
  EXPECT_THAT(narrow({}, {"cron"}), IsEmpty());
  EXPECT_THAT(narrow({"topic:a"}, {"topic:b"}), IsEmpty());
}

TEST(Permissions, ForAHostCanBeForOneOfItsPorts) {
  EXPECT_THAT(narrow({"outbound:a.example"}, {"outbound:a.example:443"}),
              ElementsAre("outbound:a.example:443"));
  EXPECT_THAT(narrow({"outbound:a.example:443"}, {"outbound:a.example"}),
              ElementsAre("outbound:a.example:443"));
  EXPECT_THAT(narrow({"outbound:a.example:443"}, {"outbound:a.example:80"}), IsEmpty());
  EXPECT_THAT(narrow({"outbound:a.example"}, {"outbound:a.example.com"}), IsEmpty());
  EXPECT_THAT(narrow({"outbound:A.example"}, {"outbound:a.Example"}),
              ElementsAre("outbound:A.example"));
  EXPECT_THAT(narrow({"outbound:[::1]"}, {"outbound:[::1]:80"}), ElementsAre("outbound:[::1]:80"));
  EXPECT_THAT(narrow({"tcp:a.example"}, {"tcp:A.example:5432"}), ElementsAre("tcp:A.example:5432"));
  EXPECT_THAT(narrow({"tcp:a.example"}, {"udp:a.example", "outbound:a.example"}), IsEmpty());
  EXPECT_THAT(narrow({"topic:a"}, {"topic:a:1"}), IsEmpty());
}

TEST(Permissions, AreCoveredByThoseThatAreAsLarge) {
  EXPECT_TRUE(covers({"outbound:a.example"}, "outbound:a.example:443"));
  EXPECT_FALSE(covers({"outbound:a.example:443"}, "outbound:a.example"));
  EXPECT_TRUE(covers({"cron"}, "cron"));
  EXPECT_FALSE(covers({}, "cron"));
}

}  // namespace
}  // namespace hermes::package
