#include "net/response_parser.h"

#include <gtest/gtest.h>

#include <string>

#include "base/strings.h"

namespace hermes::net {
namespace {

using State = ResponseParser::State;

constexpr ResponseLimits kSmall{.body_bytes = 10, .header_bytes = 256, .header_count = 4};

// What becomes of a response that arrives in pieces of `step` bytes and then ends.
std::string read(std::string_view bytes, std::size_t step, bool to_head = false,
                 const ResponseLimits& limits = {}) {
  ResponseParser parser(limits, to_head);
  std::string waiting;
  while (!bytes.empty() && parser.state() == State::Partial) {
    waiting += bytes.substr(0, step);
    bytes.remove_prefix(std::min(step, bytes.size()));
    waiting.erase(0, parser.feed(waiting));
  }
  parser.end();
  if (parser.state() == State::Failed) return std::string(parser.failure());
  return parser.take().text() + (parser.keep_alive() ? "" : "|close");
}

void expect(std::string_view bytes, std::string_view result, bool to_head = false,
            const ResponseLimits& limits = {}) {
  for (const std::size_t step : {std::size_t{1}, std::size_t{2}, std::size_t{7}, bytes.size()}) {
    EXPECT_EQ(read(bytes, step, to_head, limits), result) << bytes << " in steps of " << step;
  }
}

TEST(ResponseParser, ReadsWhatHasALength) {
  expect("HTTP/1.1 200 OK\r\nX-A:  b \r\nContent-Length: 2\r\n\r\nhi",
         "HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 2\r\n\r\nhi");
  expect("HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 204 No Content\r\n\r\n");
}

TEST(ResponseParser, JoinsChunks) {
  expect(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\nA: b\r\n\r\n"
      "2\r\nhi\r\n3;x=y\r\n yo\r\n0\r\nX: trailing\r\n\r\n",
      "HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 5\r\n\r\nhi yo");
}

TEST(ResponseParser, ReadsToTheEndWhereThereIsNoLength) {
  expect("HTTP/1.0 200 OK\r\n\r\nall", "HTTP/1.0 200 OK\r\n\r\nall|close");
}

TEST(ResponseParser, SkipsInterimResponses) {
  expect(
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  std::string many;
  for (int i = 0; i < 17; ++i) many += "HTTP/1.1 100 Continue\r\n\r\n";
  expect(many, "there are too many interim responses");
}

TEST(ResponseParser, AHeadHasNoBody) {
  expect("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n",
         "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", true);
  expect("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n", true);
}

TEST(ResponseParser, AStatusWithoutABodyGetsNoLength) {
  for (const auto* status : {"204 No Content", "304 Not Modified"}) {
    const auto line = concat("HTTP/1.1 ", status, "\r\n");
    expect(concat(line, "Transfer-Encoding: chunked\r\n\r\n"), concat(line, "\r\n"));
  }
}

TEST(ResponseParser, AResponseThatEndsTooEarlyFails) {
  for (const auto* bytes :
       {"", "HTT", "HTTP/1.1 200 OK\r\nA: b", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhi",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n"}) {
    expect(bytes, "the response ends too early");
  }
}

TEST(ResponseParser, WhatIsTooLargeFails) {
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  expect(ok + "Content-Length: 11\r\n\r\n12345678901", "the body of the response is too large",
         false, kSmall);
  expect(ok + "Content-Length: 10\r\n\r\n1234567890", ok + "Content-Length: 10\r\n\r\n1234567890",
         false, kSmall);
  expect(ok + "\r\n12345678901", "the body of the response is too large", false, kSmall);
  expect(ok + "Transfer-Encoding: chunked\r\n\r\n6\r\n123456\r\n5\r\n12345\r\n0\r\n\r\n",
         "the body of the response is too large", false, kSmall);
  expect(ok + "A: " + std::string(300, 'a') + "\r\n\r\n", "the header of the response is too large",
         false, kSmall);
  expect(ok + "A: b\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\n\r\n",
         "the header of the response is too large", false, kSmall);
}

TEST(ResponseParser, WhatIsNoResponseFails) {
  for (const auto* bytes :
       {"GET / HTTP/1.1\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/2.0 200 OK\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1 600 ?\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"}) {
    expect(bytes, "what came is no HTTP response");
  }
  expect("HTTP/1.1 101 Switching Protocols\r\n\r\n", "the server switches to another protocol");
}

}  // namespace
}  // namespace hermes::net
