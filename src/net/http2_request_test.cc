#include "net/http2_request.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace hermes::net {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

constexpr RequestLimits kLimits{.header_bytes = 256, .header_count = 4};

Fields get(Fields more = {}) {
  Fields fields{{":method", "GET"}, {":scheme", "http"}, {":path", "/"}, {":authority", "a"}};
  fields.insert(fields.end(), more.begin(), more.end());
  return fields;
}

unsigned status_of(const Fields& fields, Request& request) {
  Http2Request header(kLimits);
  for (const auto& [name, value] : fields) EXPECT_TRUE(header.add(name, value));
  const auto failure = header.finish(request);
  return failure ? failure->status : 0;
}

unsigned status_of(const Fields& fields) {
  Request request;
  return status_of(fields, request);
}

TEST(Http2Request, IsOneLikeThatOfHttp1) {
  Request request;
  EXPECT_EQ(status_of({{":method", "PUT"},
                       {":scheme", "https"},
                       {":authority", "Example.org:80"},
                       {":path", "/a?b"},
                       {"cookie", "a=1"},
                       {"x-one", "1"},
                       {"cookie", "b=2"},
                       {"content-length", "7"}},
                      request),
            0U);
  EXPECT_EQ(request.method, "PUT");
  EXPECT_EQ(request.target, "/a?b");
  EXPECT_EQ(request.host, "Example.org");
  EXPECT_EQ(request.version, 20U);
  EXPECT_EQ(request.length, 7U);
  EXPECT_EQ(request.headers.find("host"), "Example.org:80");
  EXPECT_EQ(request.headers.find("cookie"), "a=1; b=2");
  EXPECT_EQ(request.headers.find("x-one"), "1");
  EXPECT_EQ(request.headers.size(), 4U);
}

TEST(Http2Request, RefusesWhatHttp1Refuses) {
  EXPECT_EQ(status_of(get()), 0U);
  EXPECT_EQ(status_of(get({{"host", "A"}})), 0U);
  EXPECT_EQ(status_of(get({{"host", "b"}})), 400U);
  EXPECT_EQ(status_of({{":method", "GET"}, {":path", "/"}}), 400U);
  EXPECT_EQ(status_of({{":method", "GET"}, {":path", "/"}, {"host", "a"}}), 0U);
  EXPECT_EQ(status_of({{":method", "GET"}, {":path", "/"}, {":authority", "u@a"}}), 400U);
  EXPECT_EQ(status_of({{":method", "GET"}, {":path", "http://a/"}, {":authority", "a"}}), 400U);
  EXPECT_EQ(status_of({{":method", "GET"}, {":path", "*"}, {":authority", "a"}}), 400U);
  EXPECT_EQ(status_of({{":method", "OPTIONS"}, {":path", "*"}, {":authority", "a"}}), 0U);
  EXPECT_EQ(status_of({{":method", "GET"}, {":path", "/#x"}, {":authority", "a"}}), 400U);
  EXPECT_EQ(status_of({{":method", "CONNECT"}, {":authority", "a:80"}}), 501U);
  EXPECT_EQ(status_of(get({{"expect", "tea"}})), 417U);
  EXPECT_EQ(status_of(get({{"a", "1"}, {"b", "1"}, {"c", "1"}, {"d", "1"}, {"e", "1"}})), 431U);
  EXPECT_EQ(status_of(get({{"a", std::string(257, 'x')}})), 431U);
  EXPECT_EQ(status_of({{":method", "GET"}, {":path", "/" + std::string(257, 'x')}}), 414U);
}

TEST(Http2Request, GivesUpOnWhatCanOnlyBeAnAttack) {
  Http2Request header(kLimits);
  std::size_t taken = 0;
  while (header.add("cookie", std::string(100, 'x'))) ASSERT_LT(++taken, 100U);
  EXPECT_GT(taken, 2U);
  Request request;
  EXPECT_EQ(header.finish(request)->status, 431U);
}

}  // namespace
}  // namespace hermes::net
