#include "net/address.h"

#include <gtest/gtest.h>

#include <string>

namespace hermes::net {
namespace {

Address address(const char* text) {
  return boost::asio::ip::make_address(text);
}

TEST(Address, OfTheInternetIsPublic) {
  for (const auto* text :
       {"1.1.1.1", "8.8.8.8", "93.184.216.34", "172.15.255.255", "172.32.0.0", "100.63.255.255",
        "100.128.0.0", "223.255.255.255", "198.17.255.255", "2606:2800:220:1::1",
        "2a00:1450:4001::200e", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"}) {
    EXPECT_TRUE(is_public(address(text))) << text;
  }
}

TEST(Address, OfThisMachineItsLinkAndPrivateNetworksIsNotPublic) {
  for (const auto* text : {"0.0.0.0",
                           "0.1.2.3",
                           "10.0.0.1",
                           "10.255.255.255",
                           "100.64.0.1",
                           "127.0.0.1",
                           "127.9.9.9",
                           "169.254.169.254",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.0.0.8",
                           "192.0.2.1",
                           "192.168.1.1",
                           "198.18.0.1",
                           "198.19.255.255",
                           "198.51.100.7",
                           "203.0.113.1",
                           "224.0.0.1",
                           "240.0.0.1",
                           "255.255.255.255",
                           "::",
                           "::1",
                           "fe80::1",
                           "fc00::1",
                           "fd12::1",
                           "ff02::1",
                           "2001::1",
                           "2001:db8::1",
                           "2002:7f00:1::",
                           "3fff::1",
                           "100::1",
                           "::7f00:1",
                           "::ffff:127.0.0.1",
                           "::ffff:10.0.0.1",
                           "64:ff9b::127.0.0.1",
                           "64:ff9b::10.0.0.1",
                           "64:ff9b:1::1"}) {
    EXPECT_FALSE(is_public(address(text))) << text;
  }
}

TEST(Host, IsANameOrAnAddress) {
  EXPECT_EQ(parse_host("Example.COM"), (Host{"example.com"}));
  EXPECT_EQ(parse_host("localhost"), (Host{"localhost"}));
  EXPECT_EQ(parse_host("_a.b-1.x1"), (Host{"_a.b-1.x1"}));
  EXPECT_EQ(parse_host("127.0.0.1"), (Host{"127.0.0.1", address("127.0.0.1")}));
  EXPECT_EQ(parse_host("[2606:2800::0:1]"), (Host{"2606:2800::1", address("2606:2800::1")}));
}

TEST(Host, RefusesWhatIsReadInMoreThanOneWay) {
  for (const auto* text : {"",
                           ".",
                           "a..b",
                           "a.",
                           ".a",
                           "-a",
                           "a-",
                           "a b",
                           "user@host",
                           "user:secret@host",
                           "host:80",
                           "host/path",
                           "host?x",
                           "host#x",
                           "host\\x",
                           "h%6fst",
                           "höst",
                           "2130706433",
                           "0177.0.0.1",
                           "0x7f.0.0.1",
                           "0x7f000001",
                           "127.1",
                           "127.0.1",
                           "1.2.3.4.5",
                           "256.1.1.1",
                           "1.2.3.04",
                           "example.0x1",
                           "example.1",
                           "::1",
                           "[::1",
                           "::1]",
                           "[]",
                           "[127.0.0.1]",
                           "[fe80::1%eth0]",
                           "[::ffff:127.0.0.1]",
                           "[::ffff:8.8.8.8]",
                           "[::ffff:7f00:1]"}) {
    EXPECT_FALSE(parse_host(text)) << text;
  }
  EXPECT_FALSE(parse_host(std::string(64, 'a')));
  std::string longest = "a";
  while (longest.size() < 253) longest += ".a";
  EXPECT_TRUE(parse_host(longest));
  EXPECT_FALSE(parse_host(longest + "a.a"));
  EXPECT_FALSE(parse_host(std::string("a\0b", 3)));
}

TEST(ParseHostAndPort, TakesAPortWhereThereIsOne) {
  EXPECT_EQ(parse_host_and_port("a.example")->port, std::nullopt);
  EXPECT_EQ(parse_host_and_port("a.example:65535")->port, 65535U);
  EXPECT_EQ(parse_host_and_port("[::1]:80")->host.name, "::1");
  EXPECT_EQ(parse_host_and_port("[::1]:80")->port, 80U);
  for (const auto* text :
       {"a:", "a:0", "a:65536", "a:+1", "a:1x", "a:1:2", ":80", "[::1", "[::1]80"}) {
    EXPECT_FALSE(parse_host_and_port(text)) << text;
  }
}

}  // namespace
}  // namespace hermes::net
