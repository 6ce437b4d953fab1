#include "net/socket_hosts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace hermes::net {
namespace {

SocketHosts hosts(const std::set<std::string>& permissions) {
  const auto found = SocketHosts::among(permissions);
  EXPECT_TRUE(found) << found.error().message();
  return found ? *found : SocketHosts();
}

Address address(const char* text) {
  return boost::asio::ip::make_address(text);
}

TEST(SocketHosts, AreNoneByDefault) {
  const SocketHosts none = hosts({"outbound:example.com", "cron"});
  EXPECT_FALSE(none.has_any(Transport::Tcp));
  EXPECT_FALSE(none.has_any(Transport::Udp));
  EXPECT_FALSE(none.has(*parse_host("example.com")));
  EXPECT_FALSE(none.may_reach(Transport::Tcp, address("93.184.216.34"), 80, {}));
}

TEST(SocketHosts, ReachAnAddressThatIsNamedWhateverItIs) {
  const auto some = hosts({"tcp:127.0.0.1:5432", "udp:[::1]"});
  EXPECT_TRUE(some.may_reach(Transport::Tcp, address("127.0.0.1"), 5432, {}));
  EXPECT_TRUE(some.may_reach(Transport::Tcp, address("::ffff:127.0.0.1"), 5432, {}));
  EXPECT_FALSE(some.may_reach(Transport::Tcp, address("127.0.0.1"), 5433, {})) << "another port";
  EXPECT_FALSE(some.may_reach(Transport::Tcp, address("127.0.0.2"), 5432, {}));
  EXPECT_FALSE(some.may_reach(Transport::Udp, address("127.0.0.1"), 5432, {}));
  EXPECT_TRUE(some.may_reach(Transport::Udp, address("::1"), 1, {})) << "every port";
  EXPECT_FALSE(some.may_reach(Transport::Tcp, address("::1"), 1, {}));
}

TEST(SocketHosts, ReachThePublicAddressesOfANameThatWasLookedUp) {
  const auto some = hosts({"tcp:db.example.com:5432"});
  const std::vector<std::string> names{"db.example.com"};
  const std::vector<std::string> others{"example.com"};
  EXPECT_TRUE(some.has(*parse_host("DB.example.com")));
  EXPECT_FALSE(some.has(*parse_host("example.com")));
  EXPECT_TRUE(some.may_reach(Transport::Tcp, address("93.184.216.34"), 5432, names));
  EXPECT_FALSE(some.may_reach(Transport::Tcp, address("93.184.216.34"), 5432, {}));
  EXPECT_FALSE(some.may_reach(Transport::Tcp, address("93.184.216.34"), 5432, others));
  EXPECT_FALSE(some.may_reach(Transport::Tcp, address("93.184.216.34"), 80, names));
  EXPECT_FALSE(some.may_reach(Transport::Udp, address("93.184.216.34"), 5432, names));
  for (const auto* inside : {"127.0.0.1", "10.0.0.1", "::1", "::ffff:10.0.0.1", "fe80::1"}) {
    EXPECT_FALSE(some.may_reach(Transport::Tcp, address(inside), 5432, names)) << inside;
    EXPECT_FALSE(some.may_connect(address(inside))) << inside;
  }
}

TEST(SocketHosts, ReachAnInnerAddressOfANameOnlyWhereBothAreNamed) {
  const auto some = hosts({"tcp:db.example.com", "tcp:10.0.0.1:5432"});
  const std::vector<std::string> names{"db.example.com"};
  EXPECT_TRUE(some.may_connect(address("10.0.0.1")));
  EXPECT_TRUE(some.may_reach(Transport::Tcp, address("10.0.0.1"), 5432, names));
  EXPECT_FALSE(some.may_reach(Transport::Tcp, address("10.0.0.1"), 80, names));
}

TEST(SocketHosts, SayWhatIsWrong) {
  for (const auto* wrong : {"tcp:", "udp:a b", "tcp:127.1", "tcp:example.com:0", "tcp:::1"}) {
    const auto found = SocketHosts::among({wrong});
    ASSERT_FALSE(found) << wrong;
    EXPECT_THAT(found.error().message(), ::testing::HasSubstr(wrong));
  }
}

}  // namespace
}  // namespace hermes::net
