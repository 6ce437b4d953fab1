#include "net/request_parser.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/strings.h"

namespace hermes::net {
namespace {

using State = RequestParser::State;

constexpr RequestLimits kLimits{.body_bytes = 16, .header_bytes = 256, .header_count = 4};

// Feeds `bytes` in pieces of `size`, as the connection does.
State feed(RequestParser& parser, std::string_view bytes, std::size_t size) {
  std::string waiting;
  while (!bytes.empty()) {
    waiting += bytes.substr(0, size);
    bytes.remove_prefix(std::min(size, bytes.size()));
    waiting.erase(0, parser.feed(waiting));
    if (parser.state() == State::Complete || parser.state() == State::Failed) break;
  }
  return parser.state();
}

unsigned status_of(std::string_view bytes) {
  RequestParser parser(kLimits);
  return feed(parser, bytes, bytes.size()) == State::Failed ? parser.failure().status : 0;
}

TEST(RequestParser, ReadsARequestHoweverItIsCut) {
  const std::string_view bytes =
      "POST /a?b=c HTTP/1.1\r\nHost: Example.org:80\r\nX-One: 1 \r\nTransfer-Encoding: chunked\r\n"
      "\r\n5;x=y\r\nhello\r\n1\r\n!\r\n0\r\nTrailer: ignored\r\n\r\n";
  for (std::size_t size = 1; size <= bytes.size(); ++size) {
    RequestParser parser(kLimits);
    ASSERT_EQ(feed(parser, bytes, size), State::Complete) << size;
    EXPECT_TRUE(parser.keep_alive());
    const auto request = parser.take();
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.target, "/a?b=c");
    EXPECT_EQ(request.host, "Example.org");
    EXPECT_EQ(request.version, 11U);
    EXPECT_EQ(request.body, "hello!");
    ASSERT_EQ(request.headers.size(), 3U);
    EXPECT_EQ(request.headers[1].name, "X-One");
    EXPECT_EQ(request.headers.find("x-one"), "1");
  }
}

TEST(RequestParser, LeavesTheNextRequestAlone) {
  const std::string_view first = "PUT /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab";
  const std::string_view second = "\r\nGET /2 HTTP/1.0\r\n\r\n";
  RequestParser parser(kLimits);
  const auto bytes = concat(first, second);
  EXPECT_EQ(parser.feed(bytes), first.size());
  EXPECT_EQ(parser.take().body, "ab");
  EXPECT_FALSE(parser.has_begun());
  EXPECT_EQ(parser.feed(second), second.size());
  EXPECT_FALSE(parser.keep_alive());
  const auto request = parser.take();
  EXPECT_EQ(request.target, "/2");
  EXPECT_EQ(request.host, "");
  EXPECT_EQ(request.version, 10U);
}

TEST(RequestParser, TakesTheHostOfAnAbsoluteTarget) {
  RequestParser parser(kLimits);
  feed(parser, "GET http://b.org:1?x HTTP/1.1\r\nHost: a\r\n\r\n", 99);
  EXPECT_EQ(parser.failure().status, 400U);
  RequestParser other(kLimits);
  ASSERT_EQ(feed(other, "GET HTTP://[::1]:1/p HTTP/1.1\r\nHost: a\r\n\r\n", 99), State::Complete);
  const auto request = other.take();
  EXPECT_EQ(request.target, "/p");
  EXPECT_EQ(request.host, "::1");
}

TEST(RequestParser, SaysWhenTheClientWaitsToSendTheBody) {
  const std::string_view head =
      "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n";
  RequestParser parser(kLimits);
  EXPECT_EQ(feed(parser, head, head.size()), State::WantsContinue);
  EXPECT_EQ(feed(parser, "a", 1), State::Partial) << "it is said once";
  EXPECT_EQ(feed(parser, "b", 1), State::Complete);

  RequestParser hasty(kLimits);
  EXPECT_EQ(feed(hasty, concat(head, "ab"), 999), State::Complete);
}

TEST(RequestParser, RefusesWhatIsAmbiguousOrTooMuch) {
  const std::string long_line(300, 'x');
  const struct {
    std::string bytes;
    unsigned status;
  } cases[] = {
      {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", 0},
      {"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400},
      {"GET /\r\n\r\n", 400},
      {"GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /\xc3\xa4 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /#top HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET index.html HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 0},
      {"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 501},
      {"G(T / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/1.1\nHost: a\n\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", 400},
      {"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
      {"GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"GET / HTTX/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: user@a\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a:http\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n: a\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n 2\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nX:\r\n 2\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n \r\n\r\n", 400},
      {concat("GET / HTTP/1.1\r\nHost: a\r\nX: ", std::string(1, '\0'), "\r\n\r\n"), 400},
      {"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400},
      {"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nab", 400},
      {"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\nab", 400},
      {"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\nab", 400},
      {"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\nab", 400},
      {"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\nab", 400},
      {"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\nab", 400},
      {"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", 400},
      {"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 17\r\n\r\n", 413},
      {"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n", 400},
      {"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501},
      {"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n", 501},
      {"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \"chunked\"\r\n\r\n", 501},
      {"PUT / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n11\r\n", 413},
      {"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n12345678\r\n9\r\n",
       413},
      {"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", 400},
      {"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n 1\r\na\r\n", 400},
      {"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1 \r\na\r\n", 400},
      {"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n", 400},
      {"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\na\r\n", 400},
      {"PUT / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\nContent-Length: 1\r\n\r\n", 417},
      {concat("GET /", long_line, " HTTP/1.1\r\n"), 414},
      {concat("GET / HTTP/1.1\r\nHost: a\r\nX: ", long_line), 431},
      {concat("GET / HTTP/1.1\r\nHost: a\r\nX: ", long_line, "\r\n\r\n"), 431},
      {"GET / HTTP/1.1\r\nHost: a\r\na: 1\r\na: 2\r\na: 3\r\na: 4\r\n\r\n", 431},
      {concat("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;", long_line), 431},
      {concat("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nT: ", long_line),
       431},
  };
  for (const auto& c : cases) EXPECT_EQ(status_of(c.bytes), c.status) << c.bytes;
}

TEST(RequestParser, HoldsTheLimitsHoweverTheHeaderIsCut) {
  const std::string_view line = "X: 1234567890123456789012345678901234567890\r\n";
  const auto bytes = concat("GET / HTTP/1.1\r\nHost: a\r\n", line, line, line, line, line, line);
  for (const std::size_t size : {1U, 7U, 60U}) {
    RequestParser parser({.body_bytes = 16, .header_bytes = 256, .header_count = 100});
    EXPECT_EQ(feed(parser, bytes, size), State::Failed);
    EXPECT_EQ(parser.failure().status, 431U);
  }
}

}  // namespace
}  // namespace hermes::net
