#include "extensions/http_request/payload.h"

#include <gtest/gtest.h>

namespace hermes::http_request {
namespace {

using Kind = net::OutboundFailure::Kind;

ErrorCode error_of(std::string_view host_uri, std::uint16_t port = 80) {
  const auto parsed = parse_destination(host_uri, port);
  EXPECT_FALSE(parsed.has_value()) << host_uri;
  return parsed.has_value() ? ErrorCode() : parsed.error().code;
}

TEST(Payload, HostUriIsASchemeAndAHost) {
  EXPECT_EQ(*parse_destination("https://Example.com", 8443),
            (net::Destination{true, *net::parse_host("example.com"), 8443}));
  EXPECT_EQ(*parse_destination("HTTP://[::1]", 80),
            (net::Destination{false, *net::parse_host("[::1]"), 80}));
}

TEST(Payload, ASchemeIsNeeded) {
  for (const auto* uri : {"", "example.com", "//example.com", "://example.com", "ftp://example.com",
                          "file:///etc/passwd", "http:/example.com", "httpss://example.com"}) {
    EXPECT_EQ(error_of(uri), ErrorCode::MissingScheme) << uri;
  }
}

TEST(Payload, NothingButAHostFollowsTheScheme) {
  for (const auto* uri :
       {"http://", "http://example.com/", "http://example.com:80", "http://a@example.com",
        "http://a:b@example.com", "http://example.com?x", "http://example.com#x",
        "http://2130706433", "http://0177.0.0.1", "http://[::ffff:127.0.0.1]", "http://http://a"}) {
    EXPECT_EQ(error_of(uri), ErrorCode::Internal) << uri;
  }
  EXPECT_EQ(error_of("http://example.com", 0), ErrorCode::Internal);
}

TEST(Payload, FailuresHaveANameForEachScheme) {
  for (const auto kind :
       {Kind::NoName, Kind::NotConnected, Kind::ConnectTimedOut, Kind::NotTrusted}) {
    EXPECT_EQ(error_code(kind, false), ErrorCode::HttpConnectionFailed);
    EXPECT_EQ(error_code(kind, true), ErrorCode::HttpsConnectionFailed);
  }
  EXPECT_EQ(error_code(Kind::NotSent, false), ErrorCode::HttpSendFailed);
  EXPECT_EQ(error_code(Kind::NotSent, true), ErrorCode::HttpsSendFailed);
  for (const auto kind :
       {Kind::Invalid, Kind::HostDenied, Kind::AddressDenied, Kind::LimitReached, Kind::Stopping}) {
    EXPECT_EQ(error_code(kind, true), ErrorCode::Internal);
  }
}

}  // namespace
}  // namespace hermes::http_request
