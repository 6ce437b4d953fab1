#include "net/response_parser.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "base/strings.h"

namespace hermes::net {
namespace {

using State = ResponseParser::State;

constexpr ResponseLimits kSmall{.body_bytes = 10, .header_bytes = 256, .header_count = 4};

// What becomes of a response that arrives in pieces of `step` bytes and then ends.
std::string read(std::string_view bytes, std::size_t step, bool to_head = false,
                 const ResponseLimits& limits = {}, std::size_t first = 0) {
  ResponseParser parser(limits, to_head);
  std::string waiting;
  while (!bytes.empty() && parser.state() == State::Partial) {
    const auto size = std::min(first > 0 ? std::exchange(first, 0) : step, bytes.size());
    waiting += bytes.substr(0, size);
    bytes.remove_prefix(size);
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

// The head, and each piece of the body behind a bar.
std::string read_in_pieces(std::string_view bytes, std::size_t step) {
  ResponseParser parser({.body_bytes = 10}, false, true);
  std::string waiting;
  std::string result;
  while (!bytes.empty() && parser.state() != State::Complete && parser.state() != State::Failed) {
    waiting += bytes.substr(0, step);
    bytes.remove_prefix(std::min(step, bytes.size()));
    while (true) {
      waiting.erase(0, parser.feed(waiting));
      if (parser.state() != State::Head) break;
      result += concat(parser.size() ? std::to_string(*parser.size()) : "?", " ");
      result += parser.take().text();
    }
    if (const auto piece = parser.take_body(); !piece.empty()) result += concat(piece, "|");
  }
  parser.end();
  return parser.state() == State::Complete ? result : std::string(parser.failure());
}

TEST(ResponseParser, HandsABodyOverInPieces) {
  EXPECT_EQ(read_in_pieces("HTTP/1.1 103 Early Hints\r\n\r\n"
                           "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabcdef",
                           68),
            "6 HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nab|cdef|");
  EXPECT_EQ(read_in_pieces("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                           "2\r\nab\r\n4\r\ncdef\r\n0\r\n\r\n",
                           52),
            "? HTTP/1.1 200 OK\r\n\r\nab|cdef|");
  EXPECT_EQ(read_in_pieces("HTTP/1.1 200 OK\r\n\r\nto the end", 28),
            "? HTTP/1.1 200 OK\r\n\r\nto the en|d|");
  EXPECT_EQ(read_in_pieces("HTTP/1.1 200 OK\r\n\r\nbehind the end", 28),
            "the body of the response is too large");
  EXPECT_EQ(read_in_pieces("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n", 100),
            "the body of the response is too large");
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

// The words for what is none depend on how far Beast reads ahead.
std::string without_reason(std::string result) {
  return result.starts_with("HTTP/") || result.ends_with("too large") ? result : "failed";
}

TEST(ResponseParser, UnderstandsTheSameWhereverItIsCut) {
  constexpr ResponseLimits kLimits{.body_bytes = 40, .header_bytes = 256, .header_count = 4};
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  const auto chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";
  const auto wide = concat("X:", std::string(60, ' '), "b\r\n");
  const std::string x(230, 'x');
  for (const auto& bytes :
       {ok + "\r\n", ok + "\r\nto the end", ok + "Content-Length: 0\r\n\r\n",
        ok + "Content-Length: 3\r\n\r\nabc", "HTTP/1.1 100 Continue\r\n\r\n" + ok + "\r\n",
        ok + "A:\r\nB: \t \r\n\r\n", ok + "A: b\r\n c\r\n\r\n", ok + "A: b\n\r\n", ok + "\n\r\n",
        ok + "A: b\r\r\n\r\n", ok + "\r\r\n", concat(ok, wide, wide, wide, "\r\n"),
        concat(ok, wide, wide, wide, wide, "\r\n"),
        // 256 bytes, and one more.
        concat(ok, "A: ", x.substr(3), "\r\nB:\r\n\r\n"),
        concat(ok, "A: ", x.substr(2), "\r\nB:\r\n\r\n"), chunked + "0\r\n\r\n",
        chunked + "0\r\nhi\r\n0-enco\n\n", chunked + "0\r\nA: b\r\nC:d\r\n\r\n",
        chunked + "0\r\nA: b\n\r\n\r\n", chunked + "0\r\n\n", chunked + "0\r\n A: b\r\n\r\n",
        chunked + "0\r\nContent-Length: 5\r\nTransfer-Encoding: x\r\n\r\n",
        chunked + "1\r\na\r\n2;x\r\nbc\r\n0;y=\"z\"\r\n\r\n", chunked + "1;a=\"\r\nb\r\n0\r\n\r\n",
        chunked + "1\r\nab0\r\n\r\n", chunked + "29\r\n0123456789",
        concat(chunked, "1;", x, "\r\na\r\n0;", x, "\r\n\r\n"),
        concat(chunked, "1;", x, x, "\r\na\r\n0\r\n\r\n"),
        concat(chunked, "0\r\nA: ", x, "\r\n\r\n"),
        concat(chunked, "0\r\nA: ", x, "\r\nB: ", x, "\r\n\r\n"),
        chunked + "0\r\nA:b\r\nA:b\r\nA:b\r\nA:b\r\nA:b\r\n\r\n"}) {
    for (const bool to_head : {false, true}) {
      const auto result = [&](std::size_t first, std::size_t step) {
        return without_reason(read(bytes, step, to_head, kLimits, first));
      };
      const auto whole = result(0, bytes.size());
      for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
        ASSERT_EQ(result(cut, bytes.size()), whole) << bytes << " cut at " << cut;
        ASSERT_EQ(result(cut, 1), whole) << bytes << " byte by byte from " << cut;
      }
    }
  }
}

}  // namespace
}  // namespace hermes::net
