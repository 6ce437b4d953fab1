#include "net/outbound_hosts.h"

#include <gtest/gtest.h>

namespace hermes::net {
namespace {

OutboundHosts hosts(std::set<std::string> permissions) {
  auto found = OutboundHosts::among(permissions);
  EXPECT_TRUE(found) << found.error().message();
  return found ? *found : OutboundHosts();
}

bool has(const OutboundHosts& hosts, std::string_view host, std::uint16_t port) {
  return hosts.has(*parse_host(host), port);
}

bool may_connect(const OutboundHosts& hosts, const char* address, std::uint16_t port) {
  return hosts.may_connect(boost::asio::ip::make_address(address), port);
}

TEST(OutboundHosts, AreNoneByDefault) {
  const auto none = hosts({"shutdown"});
  EXPECT_FALSE(has(none, "example.com", 80));
  EXPECT_FALSE(has(none, "8.8.8.8", 80));
}

TEST(OutboundHosts, AreNamedWithAPortOrForAllPorts) {
  const auto some = hosts({"outbound:Example.com", "outbound:api.test:8443", "outbound:[2606::1]"});
  EXPECT_TRUE(has(some, "example.com", 1));
  EXPECT_TRUE(has(some, "EXAMPLE.com", 443));
  EXPECT_FALSE(has(some, "www.example.com", 443));
  EXPECT_FALSE(has(some, "com", 443));
  EXPECT_TRUE(has(some, "api.test", 8443));
  EXPECT_FALSE(has(some, "api.test", 443));
  EXPECT_TRUE(has(some, "[2606:0::1]", 443));
}

TEST(OutboundHosts, AnAddressThatIsNotPublicIsNamedItself) {
  const auto some = hosts({"outbound:localhost", "outbound:127.0.0.1:8080", "outbound:[::1]"});
  EXPECT_TRUE(may_connect(some, "8.8.8.8", 53));
  EXPECT_TRUE(may_connect(some, "127.0.0.1", 8080));
  EXPECT_TRUE(may_connect(some, "::ffff:127.0.0.1", 8080));
  EXPECT_FALSE(may_connect(some, "127.0.0.1", 8081));
  EXPECT_FALSE(may_connect(some, "127.0.0.2", 8080));
  EXPECT_FALSE(may_connect(some, "10.0.0.1", 8080));
  EXPECT_TRUE(may_connect(some, "::1", 1));
}

TEST(OutboundHosts, AreWrittenInOneWay) {
  for (const auto* permission :
       {"outbound:", "outbound:*", "outbound:*.example.com", "outbound:http://example.com",
        "outbound:user@example.com", "outbound:example.com:", "outbound:example.com:0",
        "outbound:example.com:65536", "outbound:example.com:80x", "outbound:example.com/x",
        "outbound:0177.0.0.1", "outbound:2130706433", "outbound:[::1", "outbound:::1",
        "outbound:[::ffff:127.0.0.1]", "outbound:10.0.0.0/8"}) {
    EXPECT_FALSE(OutboundHosts::among({permission})) << permission;
  }
}

}  // namespace
}  // namespace hermes::net
