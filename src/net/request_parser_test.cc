#include "net/request_parser.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/strings.h"

namespace hermes::net {
namespace {

using State = RequestParser::State;

constexpr RequestLimits kLimits{.header_bytes = 256, .header_count = 4};

// Feeds bytes as the connection does.
struct Reader {
  explicit Reader(RequestLimits limits = kLimits) : parser(limits) {}

  // In pieces of `size`, up to the end of a request.
  State feed(std::string_view bytes, std::size_t size) {
    while (!bytes.empty()) {
      waiting += bytes.substr(0, size);
      bytes.remove_prefix(std::min(size, bytes.size()));
      if (step() == State::Complete || parser.state() == State::Failed) break;
    }
    return parser.state();
  }

  State step() {
    if (!parser.is_header_done()) {
      waiting.erase(0, parser.feed(waiting));
      if (parser.state() != State::Head) return parser.state();
      request = parser.take();
    }
    waiting.erase(0, parser.feed_body(waiting, request.body));
    return parser.state();
  }

  RequestParser parser;
  std::string waiting = {};
  Request request = {};
};

unsigned status_of(std::string_view bytes) {
  Reader reader;
  return reader.feed(bytes, bytes.size()) == State::Failed ? reader.parser.failure().status : 0;
}

TEST(RequestParser, ReadsARequestHoweverItIsCut) {
  const std::string_view bytes =
      "POST /a?b=c HTTP/1.1\r\nHost: Example.org:80\r\nX-One: 1 \r\nTransfer-Encoding: chunked\r\n"
      "\r\n5;x=y\r\nhello\r\n1\r\n!\r\n0\r\nTrailer: ignored\r\n\r\n";
  for (std::size_t size = 1; size <= bytes.size(); ++size) {
    Reader reader;
    ASSERT_EQ(reader.feed(bytes, size), State::Complete) << size;
    EXPECT_TRUE(reader.parser.keep_alive());
    const auto& request = reader.request;
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.target, "/a?b=c");
    EXPECT_EQ(request.host, "Example.org");
    EXPECT_EQ(request.version, 11U);
    EXPECT_EQ(request.body, "hello!");
    EXPECT_FALSE(request.is_whole);
    EXPECT_EQ(request.length, std::nullopt);
    ASSERT_EQ(request.headers.size(), 3U);
    EXPECT_EQ(request.headers[1].name, "X-One");
    EXPECT_EQ(request.headers.find("x-one"), "1");
  }
}

TEST(RequestParser, LeavesTheNextRequestAlone) {
  const std::string_view second = "\r\nGET /2 HTTP/1.0\r\n\r\n";
  Reader reader;
  reader.waiting = concat("PUT /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab", second);
  EXPECT_EQ(reader.step(), State::Complete);
  EXPECT_EQ(reader.request.body, "ab");
  EXPECT_EQ(reader.request.length, 2U);
  EXPECT_EQ(reader.waiting, second);
  EXPECT_TRUE(reader.parser.has_begun());
  reader.parser.next();
  EXPECT_FALSE(reader.parser.has_begun());
  EXPECT_EQ(reader.step(), State::Complete);
  EXPECT_EQ(reader.waiting, "");
  EXPECT_FALSE(reader.parser.keep_alive());
  EXPECT_TRUE(reader.request.is_whole);
  EXPECT_EQ(reader.request.target, "/2");
  EXPECT_EQ(reader.request.host, "");
  EXPECT_EQ(reader.request.version, 10U);
}

TEST(RequestParser, TakesTheHostOfAnAbsoluteTarget) {
  EXPECT_EQ(status_of("GET http://b.org:1?x HTTP/1.1\r\nHost: a\r\n\r\n"), 400U);
  Reader reader;
  ASSERT_EQ(reader.feed("GET HTTP://[::1]:1/p HTTP/1.1\r\nHost: a\r\n\r\n", 99), State::Complete);
  EXPECT_EQ(reader.request.target, "/p");
  EXPECT_EQ(reader.request.host, "::1");
}

TEST(RequestParser, SaysWhenTheClientWaitsToSendTheBody) {
  Reader reader;
  const std::string_view head =
      "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n";
  EXPECT_EQ(reader.parser.feed(head), head.size());
  EXPECT_EQ(reader.parser.state(), State::Head);
  EXPECT_TRUE(reader.parser.wants_continue());
  EXPECT_EQ(reader.feed("a", 1), State::Partial);
  EXPECT_EQ(reader.feed("b", 1), State::Complete);
}

TEST(RequestParser, RefusesWhatIsAmbiguousOrTooMuch) {
  const std::string long_line(300, 'x');
  const struct {
    std::string bytes;
    unsigned status;
  } cases[] = {
      {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", 0},
      {"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /x  HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET  HTTP/2.0\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400},
      {"GET /\r\n\r\n", 400},
      {"GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /\xc3\xa4 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /#top HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET index.html HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 0},
      {"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 501},
      {"GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n", 501},
      {"GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n", 0},
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
      {"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n", 400},
      {"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501},
      {"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n", 501},
      {"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \"chunked\"\r\n\r\n", 501},
      {"PUT / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
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

TEST(RequestParser, RefusesABareLineFeedAtOnce) {
  const std::string chunked = "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const auto& bytes : {std::string("\n"), std::string("GET / HTTP/1.1\n"),
                            std::string("GET / HTTP/1.1\r\nHost: a\n"), chunked + "1\n",
                            chunked + "1\r\na\n", chunked + "0\r\nTrailer: x\n"}) {
    for (const std::size_t size : {std::size_t{1}, bytes.size()}) {
      Reader reader;
      EXPECT_EQ(reader.feed(bytes, size), State::Failed) << bytes;
      EXPECT_EQ(reader.parser.failure().status, 400U) << bytes;
    }
  }
}

TEST(RequestParser, HasNoAnswerForWhatIsNoHttp) {
  Reader reader;
  const std::string_view bytes = "INVALID CONNECTION PREFACE\r\n\r\n";
  EXPECT_EQ(reader.feed(bytes, bytes.size()), State::Failed);
  EXPECT_EQ(reader.parser.failure().status, 0U);
}

TEST(RequestParser, TellsWhatItReadOfARequestThatFails) {
  Reader reader;
  const std::string_view bytes = "GET /a HTTP/1.1\r\nHost: b\r\nHost: c\r\n\r\n";
  ASSERT_EQ(reader.feed(bytes, bytes.size()), State::Failed);
  const auto request = reader.parser.take_unfinished();
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.target, "/a");
}

TEST(RequestParser, HoldsTheLimitsHoweverTheHeaderIsCut) {
  const std::string_view line = "X: 1234567890123456789012345678901234567890\r\n";
  const auto bytes = concat("GET / HTTP/1.1\r\nHost: a\r\n", line, line, line, line, line, line);
  for (const std::size_t size : {1U, 7U, 60U}) {
    Reader reader({.header_bytes = 256, .header_count = 100});
    EXPECT_EQ(reader.feed(bytes, size), State::Failed);
    EXPECT_EQ(reader.parser.failure().status, 431U);
  }
}

// All requests that are read from bytes that come in pieces, and the answer to what is none.
std::string read(std::string_view bytes, std::size_t first, std::size_t step) {
  Reader reader;
  std::string result;
  while (!bytes.empty() && reader.parser.state() != State::Failed) {
    reader.waiting += bytes.substr(0, first);
    bytes.remove_prefix(std::min(first, bytes.size()));
    first = step;
    while (!reader.waiting.empty() && reader.step() == State::Complete) {
      const auto& request = reader.request;
      result += concat(request.method, " ", request.target, " ", request.host, "\n");
      for (const auto [name, value] : request.headers) result += concat(name, ":", value, "\n");
      result += concat(request.body, "\n");
      reader.parser.next();
    }
  }
  if (reader.parser.state() == State::Failed) result += concat(reader.parser.failure().status);
  return result;
}

TEST(RequestParser, UnderstandsTheSameWhereverItIsCut) {
  const std::string head = "PUT /p HTTP/1.1\r\nHost: a\r\n";
  const auto chunked = head + "Transfer-Encoding: chunked\r\n\r\n";
  const std::string spaces(60, ' ');
  const auto wide = concat("X:", spaces, "b\r\n");
  const std::string x(215, 'x');
  for (const auto& bytes :
       {head + "\r\n", concat(head, "\r\n\r\n", head, "\r\n"), head + "Content-Length: 0\r\n\r\n",
        concat(head, "Content-Length: 3\r\n\r\nabc", head, "\r\n"), head + "A:\r\nB: \t \r\n\r\n",
        head + "A: b\n\r\n", head + "A: b\r\r\n\r\n", head + "\r\r\n\r\n", head + "\n\r\n",
        concat(head, wide, wide, "\r\n"), concat(head, wide, wide, wide, "\r\n"),
        concat(head, wide, wide, wide, wide, "\r\n"),
        // 256 bytes, and one more.
        concat(head, "A: ", x.substr(8), "\r\nB: c\r\n\r\n"),
        concat(head, "A: ", x.substr(7), "\r\nB: c\r\n\r\n"),
        concat("GET /", x, " HTTP/1.1\r\nHost: a\r\n\r\n"),
        concat("GET /", x, x, " HTTP/1.1\r\nHost: a\r\n\r\n"), chunked + "0\r\n\r\n",
        concat(chunked, "0\r\n\r\n", chunked, "00\r\n\r\n", head, "\r\n"),
        concat(chunked, "1\r\na\r\n2;x\r\nbc\r\n0;y=\"z\"\r\nA: b\r\nC:d\r\n\r\n", head, "\r\n"),
        chunked + "0\r\nhi\r\n0-enco\n\n", chunked + "0\r\nA: b\n\r\n\r\n", chunked + "0\r\n\n",
        chunked + "0\r\n A: b\r\n\r\n", chunked + "0\r\nA: b\r\n c\r\n\r\n",
        concat(chunked, "0\r\nContent-Length: 5\r\nTransfer-Encoding: x\r\n\r\n", head, "\r\n"),
        chunked + "1;a=\"\r\nb\r\n0\r\n\r\n", chunked + "1\r\nab0\r\n\r\n", chunked + "1\ra",
        concat(chunked, "1;", x, "\r\na\r\n0;", x, "\r\n\r\n"), concat(chunked, "1;", x, x, "\r\n"),
        concat(chunked, "0\r\nA: ", x, "\r\n\r\n"),
        concat(chunked, "0\r\nA: ", x, "\r\nB: ", x, "\r\n\r\n"),
        chunked + "0\r\nA:b\r\nA:b\r\nA:b\r\nA:b\r\nA:b\r\n\r\n"}) {
    const auto whole = read(bytes, bytes.size(), 1);
    EXPECT_NE(whole, "") << bytes;
    for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
      ASSERT_EQ(read(bytes, cut, bytes.size()), whole) << bytes << " cut at " << cut;
      ASSERT_EQ(read(bytes, cut, 1), whole) << bytes << " byte by byte from " << cut;
    }
    ASSERT_EQ(read(bytes, 1, 1), whole) << bytes;
  }
}

}  // namespace
}  // namespace hermes::net
