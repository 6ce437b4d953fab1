#include "extensions/http_gateway/client_address.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <utility>

#include "base/strings.h"

namespace hermes::http_gateway {
namespace {

using Lines = std::initializer_list<std::pair<const char*, const char*>>;

std::string client(std::string_view peer, Lines lines,
                   std::string_view trusted = "10.0.0.0/8, 2001:db8::/32") {
  net::Headers headers;
  for (const auto& [name, value] : lines) headers.add(name, value);
  return client_address(peer, headers, *Networks::parse(trusted));
}

TEST(ClientAddress, IsWhatTrustedProxiesSay) {
  EXPECT_EQ(client("10.0.0.2", {{"X-Forwarded-For", "203.0.113.7"}}), "203.0.113.7");
  EXPECT_EQ(client("10.0.0.2", {{"X-Forwarded-For", "6.6.6.6, 203.0.113.7, 10.0.0.1"}}),
            "203.0.113.7");
  EXPECT_EQ(client("10.0.0.2", {{"x-forwarded-for", "6.6.6.6"}, {"x-forwarded-for", "9.9.9.9"}}),
            "9.9.9.9");
  EXPECT_EQ(client("2001:db8::5", {{"Forwarded", "for=\"[2606::1]:1234\";proto=https"}}),
            "2606::1");
  EXPECT_EQ(client("10.0.0.2", {{"Forwarded", "for=203.0.113.7:80, for=10.3.4.5;by=10.0.0.2"}}),
            "203.0.113.7");
  EXPECT_EQ(client("::ffff:10.0.0.2", {{"X-Forwarded-For", "203.0.113.7"}}), "203.0.113.7");
  EXPECT_EQ(client("10.0.0.2", {{"X-Forwarded-For", "10.0.0.3, 10.0.0.4"}}), "10.0.0.3")
      << "a client in the network of the proxies";
}

TEST(ClientAddress, IsOfTheConnectionWhereNobodyIsToBeBelieved) {
  EXPECT_EQ(client("203.0.113.9", {{"X-Forwarded-For", "6.6.6.6"}}), "203.0.113.9");
  EXPECT_EQ(client("10.0.0.2", {{"X-Forwarded-For", "6.6.6.6"}}, ""), "10.0.0.2");
  EXPECT_EQ(client("10.0.0.2", {}), "10.0.0.2");
  EXPECT_EQ(client("10.0.0.2", {{"X-Forwarded-For", "somebody"}}), "10.0.0.2");
  EXPECT_EQ(client("10.0.0.2", {{"X-Forwarded-For", "6.6.6.6, nobody"}}), "10.0.0.2");
  EXPECT_EQ(client("10.0.0.2", {{"Forwarded", "for=_hidden"}}), "10.0.0.2");
  EXPECT_EQ(client("10.0.0.2", {{"Forwarded", "for=unknown, for=10.0.0.1"}}), "10.0.0.1");
  EXPECT_EQ(client("10.0.0.2", {{"Forwarded", "for=\"6.6.6.6"}}), "10.0.0.2");
  EXPECT_EQ(client("10.0.0.2",
                   {{"Forwarded", "for=\"6.6.6.6, for=7.7.7.7\""}, {"X-Forwarded-For", "8.8.8.8"}}),
            "10.0.0.2")
      << "one header is looked at";
}

TEST(Networks, AreReadAndMatched) {
  const auto networks = Networks::parse(" 10.1.0.0/16,192.0.2.7 , 2001:db8:1::/48, ::1");
  ASSERT_TRUE(networks) << networks.error().message();
  const auto has = [&](const char* text) {
    return networks->has(boost::asio::ip::make_address(text));
  };
  EXPECT_TRUE(has("10.1.255.255"));
  EXPECT_FALSE(has("10.2.0.0"));
  EXPECT_TRUE(has("192.0.2.7"));
  EXPECT_FALSE(has("192.0.2.6"));
  EXPECT_TRUE(has("2001:db8:1:ffff::"));
  EXPECT_FALSE(has("2001:db8:2::"));
  EXPECT_TRUE(has("::1"));
  EXPECT_FALSE(has("::2"));
  EXPECT_TRUE(Networks::parse("0.0.0.0/0")->has(boost::asio::ip::make_address("1.2.3.4")));
  for (const auto* text : {"10.0.0.0/33", "10.0.0/8", "a", "10.0.0.0/-1", "10.0.0.0/8/8", ",",
                           "::/129", "10.0.0.0/"}) {
    EXPECT_FALSE(Networks::parse(text)) << text;
  }
}

TEST(Forwarded, IsReadAsRfc7239HasIt) {
  const auto show = [](std::string_view value) -> std::string {
    const auto parsed = parse_forwarded(value);
    if (!parsed) return "malformed";
    std::string text;
    for (const auto& one : *parsed) {
      text += concat(text.empty() ? "" : " ", one ? one->to_string() : "-");
    }
    return text;
  };
  EXPECT_EQ(show("for=192.0.2.43"), "192.0.2.43");
  EXPECT_EQ(show("For=\"[2001:db8:cafe::17]:4711\""), "2001:db8:cafe::17");
  EXPECT_EQ(show("for=192.0.2.60;proto=http;by=203.0.113.43"), "192.0.2.60");
  EXPECT_EQ(show("for=192.0.2.43, for=198.51.100.17"), "192.0.2.43 198.51.100.17");
  EXPECT_EQ(show("for=_gazonk, by=1.2.3.4"), "- -");
  EXPECT_EQ(show("for=\"\\1.2.3.4\""), "1.2.3.4");
  EXPECT_EQ(show(" , for=1.2.3.4 ,"), "1.2.3.4");
  EXPECT_EQ(show(""), "");
  EXPECT_EQ(show("for=\"1.2.3.4"), "malformed");
  EXPECT_EQ(show("1.2.3.4"), "malformed");
  EXPECT_EQ(show("f or=1.2.3.4"), "malformed");
}

}  // namespace
}  // namespace hermes::http_gateway
