#include "net/chunked_body.h"

#include <gtest/gtest.h>

#include <string>

#include "base/strings.h"

namespace hermes::net {
namespace {

using State = ChunkedBody::State;

constexpr ChunkLimits kSmall{.body_bytes = 10, .line_bytes = 20, .trailer_count = 2};

std::string_view name(State state) {
  switch (state) {
    case State::Partial:
      return "partial";
    case State::Complete:
      return "complete";
    case State::Malformed:
      return "malformed";
    case State::LinesTooLarge:
      return "lines too large";
    case State::BodyTooLarge:
      return "body too large";
  }
  return "";
}

// What becomes of bytes that come in two pieces: the state, the body, and what is left alone.
std::string read(std::string_view bytes, std::size_t cut) {
  ChunkedBody chunks(kSmall);
  std::string body;
  std::size_t used = 0;
  for (const auto piece : {bytes.substr(0, cut), bytes.substr(cut)}) {
    if (chunks.state() == State::Partial) used += chunks.feed(piece, body);
  }
  return concat(name(chunks.state()), "|", body, "|", bytes.substr(used));
}

void expect(std::string_view bytes, std::string_view outcome) {
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    EXPECT_EQ(read(bytes, cut), outcome) << bytes << " cut at " << cut;
  }
}

TEST(ChunkedBody, JoinsChunksAndLeavesWhatFollowsAlone) {
  expect("0\r\n\r\n", "complete||");
  expect("2\r\nhi\r\n003;x=\"a;b\" ;y\r\n yo\r\n00\r\n\r\nGET", "complete|hi yo|GET");
  expect("a \t;x\r\n0123456789\r\n0;\r\nA:b\r\nC: d e\r\n\r\n", "complete|0123456789|");
}

TEST(ChunkedBody, IsPartialUntilTheLastByte) {
  const std::string_view bytes = "1;x\r\na\r\n0\r\nA: b\r\n\r\n";
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_TRUE(read(bytes.substr(0, size), size / 2).starts_with("partial|")) << size;
  }
}

// Each is refused at its last byte.
TEST(ChunkedBody, RefusesWhatOthersMightReadDifferently) {
  for (const std::string_view bytes : {"\r", "x", " ", "1 \r", "1\n", "1\r\r", "-", "+", "0x", "1,",
                                       "1;x\n", "1;\x7f", "10000000000000000"}) {
    expect(bytes, "malformed||");
  }
  for (const std::string_view bytes : {"1\r\nab", "1\r\na\n", "1\r\na\r\r", "1\r\na\r\n\r"}) {
    expect(bytes, "malformed|a|");
  }
  for (const std::string_view bytes :
       {"0\r\n\n", "0\r\n\r\r", "0\r\n ", "0\r\nA ", "0\r\n:", "0\r\nA\r", "0\r\nA: b\n",
        "0\r\nA: b\r\n ", "0\r\nhi\r", "0\r\nContent-Length:", "0\r\nTransfer-Encoding:"}) {
    expect(bytes, "malformed||");
  }
}

TEST(ChunkedBody, HoldsItsLimits) {
  expect("b\r\n", "body too large||");
  expect("fffffffffffff\r\n", "body too large||");
  expect("6\r\nabcdef\r\n5\r\n", "body too large|abcdef|");
  expect("6\r\nabcdef\r\n4\r\nghij\r\n0\r\n\r\n", "complete|abcdefghij|");
  expect("1;x=56789012345678\r\n", "partial||");
  expect("1;x=567890123456789\r\n", "lines too large||");
  expect("0\r\nA: b\r\nBC: defghi\r\n\r\n!", "complete||!");
  expect("0\r\nA: b\r\nBC: defghij\r\n\r\n!", "lines too large||!");
  expect("0\r\nA:\r\nB:\r\nC", "lines too large||");
}

}  // namespace
}  // namespace hermes::net
