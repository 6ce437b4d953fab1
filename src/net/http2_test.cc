// HTTP/2, through the server over a socket.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "net/server_fixture.h"
#include "testing/http2_client.h"

namespace hermes::net {
namespace {

using namespace std::chrono_literals;
using hermes::testing::Http2Client;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::SizeIs;

constexpr std::uint32_t kNoError = 0;
constexpr std::uint32_t kProtocolError = 1;
constexpr std::uint32_t kStreamClosed = 5;
constexpr std::uint32_t kEnhanceYourCalm = 11;

class Http2Test : public HttpServerTest {
 protected:
  Http2Client client2() { return Http2Client(server->port()); }

  // On its reactor, as a handler does that has all at once.
  static Result<std::string> read(BodyReader& body) {
    std::promise<Result<std::string>> piece;
    body.read([&](Result<std::string> read) { piece.set_value(std::move(read)); });
    return piece.get_future().get();
  }
  static bool write(BodyWriter& writer, std::string bytes) {
    std::promise<bool> written;
    writer.write(std::move(bytes), [&](Result<> done) { written.set_value(bool(done)); });
    return written.get_future().get();
  }
};

TEST_F(Http2Test, AnswersRequestsOfOneConnection) {
  listen();
  auto c = client2();
  c.request(1, Http2Client::get("/hello?a"));
  const auto first = c.answer(1);
  EXPECT_EQ(first.status, 200U);
  EXPECT_EQ(first.body, "/hello?a ");
  EXPECT_EQ(first.headers.at("content-length"), "9");
  EXPECT_EQ(first.headers.at("date").size(), sizeof("Sun, 06 Nov 1994 08:49:37 GMT") - 1);
  c.request(3, Http2Client::put("/b"), false);
  c.send(Http2Client::Data, 0, 3, "he");
  c.send(Http2Client::Data, Http2Client::kEndStream, 3, "llo");
  EXPECT_EQ(c.answer(3).body, "/b hello");
}

TEST_F(Http2Test, AnswersInTheOrderThatTheHandlerHas) {
  listen();
  auto c = client2();
  c.request(1, Http2Client::get("/later"));
  auto exchange = handler.next();
  EXPECT_EQ(exchange.request.version, 20U);
  EXPECT_EQ(exchange.request.host, "a");
  EXPECT_EQ(exchange.request.peer, "127.0.0.1");
  c.request(3, Http2Client::get("/now"));
  EXPECT_EQ(c.answer(3).body, "/now ");
  EXPECT_TRUE(exchange.responder.respond({.body = "later"}));
  EXPECT_EQ(c.answer(1).body, "later");
}

TEST_F(Http2Test, SendsLargeBodiesAndFilesAsTheClientGrants) {
  listen();
  auto c = client2();
  c.request(1, Http2Client::get("/large"));
  EXPECT_EQ(c.answer(1).body, std::string(3'000'000, 'x'));
  c.request(3, Http2Client::get("/file"));
  const auto file = c.answer(3).body;
  ASSERT_THAT(file, SizeIs(5'000'000));
  for (std::size_t i = 0; i < file.size(); ++i) {
    ASSERT_EQ(static_cast<unsigned char>(file[i]), Pattern::at(i)) << i;
  }
  c.request(5, Http2Client::get("/broken-file"));
  EXPECT_TRUE(c.answer(5).reset);
  c.request(7, {{":method", "HEAD"}, {":scheme", "http"}, {":authority", "a"}, {":path", "/file"}});
  const auto head = c.answer(7);
  EXPECT_EQ(head.headers.at("content-length"), "5000000");
  EXPECT_EQ(head.body, "");
}

TEST_F(Http2Test, TakesALargeBodyAndRefusesOneThatIsTooLarge) {
  listen();
  handler.most = 1'000'000;
  auto c = client2();
  c.request(1, Http2Client::put("/a"), false);
  std::string body;
  for (int i = 0; i < 15; ++i) {  // Within the window of a stream, which is granted anew.
    const std::string piece(16'384, static_cast<char>('a' + i));
    c.send(Http2Client::Data, i == 14 ? Http2Client::kEndStream : 0, 1, piece);
    body += piece;
  }
  EXPECT_EQ(c.answer(1).body, "/a " + body);
  auto fields = Http2Client::put("/a");
  fields.emplace_back("content-length", "1000001");
  c.request(3, fields, false);
  const auto refused = c.answer(3);
  EXPECT_EQ(refused.status, 413U) << "before it is read";
  EXPECT_EQ(refused.body, "413 Content Too Large: the body is too large\n");
}

TEST_F(Http2Test, ReadsAndWritesInPieces) {
  listen();
  auto c = client2();
  c.request(1, Http2Client::put("/streamed"), false);
  auto exchange = handler.next();
  EXPECT_FALSE(exchange.request.is_whole);
  auto body = exchange.responder.body();
  auto writer = *exchange.responder.begin({.status = 201});
  c.send(Http2Client::Data, 0, 1, "one");
  EXPECT_EQ(*read(body), "one");
  EXPECT_TRUE(write(writer, "ONE"));
  c.send(Http2Client::Headers, Http2Client::kEndHeaders | Http2Client::kEndStream, 1,
         Http2Client::encode({{"trailer", "ignored"}}));
  EXPECT_EQ(*read(body), "");
  EXPECT_TRUE(write(writer, "TWO"));
  writer.end();
  const auto answer = c.answer(1);
  EXPECT_EQ(answer.status, 201U);
  EXPECT_EQ(answer.body, "ONETWO");
  EXPECT_FALSE(answer.headers.contains("content-length"));
}

TEST_F(Http2Test, GrantsNoMoreThanIsRead) {
  listen();
  auto c = client2();
  c.request(1, Http2Client::put("/streamed"), false);
  auto exchange = handler.next();
  auto body = exchange.responder.body();
  const std::string piece(16'384, 'x');
  for (int i = 0; i < 16; ++i) c.send(Http2Client::Data, 0, 1, piece);
  c.send(Http2Client::Data, 0, 1, "x");  // More than the window.
  const auto frame = c.receive();
  EXPECT_TRUE(frame.type == Http2Client::ResetStream || frame.type == Http2Client::GoAway);
  wait_for(exchange.departure);
  EXPECT_FALSE(read(body));
}

TEST_F(Http2Test, AsksForABodyThatWaits) {
  listen();
  auto c = client2();
  auto fields = Http2Client::put("/a");
  fields.emplace_back("expect", "100-continue");
  c.request(1, fields, false);
  EXPECT_EQ(c.informed().status, 100U);
  c.send(Http2Client::Data, Http2Client::kEndStream, 1, "hi");
  EXPECT_EQ(c.answer(1).body, "/a hi");
}

TEST_F(Http2Test, TellsTheHandlerThatTheClientGaveUp) {
  listen();
  auto c = client2();
  c.request(1, Http2Client::get("/later"));
  auto exchange = handler.next();
  c.send(Http2Client::ResetStream, 0, 1, Http2Client::number(8, 4));
  wait_for(exchange.departure);
  EXPECT_TRUE(exchange.responder.respond({})) << "nobody hears it";
  c.request(3, Http2Client::get("/streamed"));
  auto streamed = handler.next();
  auto writer = *streamed.responder.begin({});
  c.socket().reset();
  wait_for(streamed.departure);
  EXPECT_FALSE(write(writer, "x"));
}

TEST_F(Http2Test, BreaksAResponseWhoseWriterIsDropped) {
  listen();
  auto c = client2();
  c.request(1, Http2Client::get("/streamed"));
  {
    auto writer = *handler.next().responder.begin({});
    EXPECT_TRUE(write(writer, "one"));
  }
  const auto answer = c.answer(1);
  EXPECT_EQ(answer.body, "one");
  EXPECT_TRUE(answer.reset);
}

TEST_F(Http2Test, RefusesHeadersOverTheirLimits) {
  listen();
  auto c = client2();
  auto fields = Http2Client::get("/");
  for (int i = 0; i < 101; ++i) fields.emplace_back(concat("h", i), "v");
  c.request(1, fields);
  EXPECT_EQ(c.answer(1).status, 431U);
  c.request(3, Http2Client::get("no-path"));
  EXPECT_TRUE(c.answer(3).reset);
}

TEST_F(Http2Test, EndsAConnectionOfManyResets) {
  listen();
  auto c = client2();
  for (std::uint32_t stream = 1; stream < 3'000; stream += 2) {
    c.request(stream, Http2Client::get("/later"));
    if (!c.send(Http2Client::ResetStream, 0, stream, Http2Client::number(8, 4))) break;
  }
  EXPECT_EQ(c.goaway().value_or(kEnhanceYourCalm), kEnhanceYourCalm);
  EXPECT_EQ(client().exchange("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n").status, 200U);
}

// The server resets each, and so costs the client a frame what costs the server two.
TEST_F(Http2Test, EndsAConnectionThatProvokesManyResets) {
  listen();
  auto c = client2();
  auto fields = Http2Client::get("/hello");
  fields.emplace_back("connection", "close");  // That is one of HTTP/1.1.
  auto frame = Http2Client::Frame{.type = Http2Client::ResetStream};
  for (std::uint32_t stream = 1; stream < 3'000 && frame.type == Http2Client::ResetStream;
       stream += 2) {
    c.request(stream, fields);
    frame = c.receive();
  }
  ASSERT_EQ(frame.type, Http2Client::GoAway);
  EXPECT_EQ(Http2Client::value(frame.payload.substr(4, 4)), kEnhanceYourCalm);
  EXPECT_EQ(client().exchange("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n").status, 200U);
}

TEST_F(Http2Test, EndsAConnectionThatSendsOnAStreamItHasEnded) {
  listen();
  auto answered = client2();
  answered.request(1, Http2Client::get("/hello"));
  EXPECT_EQ(answered.answer(1).status, 200U);
  answered.send(Http2Client::Data, 0, 1, "more");
  EXPECT_EQ(answered.goaway(), kStreamClosed);
  auto reset = client2();
  reset.request(1, Http2Client::put("/later"), false);
  reset.send(Http2Client::ResetStream, 0, 1, Http2Client::number(8, 4));
  reset.send(Http2Client::Data, 0, 1, "more");
  EXPECT_EQ(reset.goaway(), kStreamClosed);
}

// The client cannot know it before it hears of it.
TEST_F(Http2Test, ForgivesWhatComesOnAStreamThatItRefusedOrReset) {
  listen();
  handler.most = 10;
  // Without its acknowledgement of the limit, the server can but refuse what is above.
  Http2Client c(server->port(), false);
  std::uint32_t stream = 1;
  for (; stream < 2 * 100; stream += 2) c.request(stream, Http2Client::put("/later"), false);
  c.request(stream, Http2Client::put("/one-too-many"), false);
  for (const std::uint32_t given_up : {1U, 3U}) {
    c.send(Http2Client::ResetStream, 0, given_up, Http2Client::number(8, 4));
  }
  c.request(stream + 2, Http2Client::put("/hello"), false);
  c.send(Http2Client::Data, Http2Client::kEndStream, stream, "body");
  c.send(Http2Client::Data, 0, stream + 2, "more than ten bytes");
  EXPECT_EQ(c.answer(stream + 2).status, 413U);
  c.send(Http2Client::Data, Http2Client::kEndStream, stream + 2, "even more");
  c.request(stream + 4, Http2Client::get("/hello"));
  EXPECT_EQ(c.answer(stream + 4).status, 200U);
  // The others come to their end.
  for (std::uint32_t open = 5; open < stream; open += 2) {
    c.send(Http2Client::Data, Http2Client::kEndStream, open, "");
    handler.next();
  }
}

TEST_F(Http2Test, EndsAConnectionOfManyPingsOrSettings) {
  listen();
  for (const auto type : {Http2Client::Ping, Http2Client::Settings}) {
    auto c = client2();
    const std::string payload(type == Http2Client::Ping ? 8 : 0, 'p');
    for (int i = 0; i < 20'000; ++i) {
      if (!c.send(type, 0, 0, payload)) break;
    }
    EXPECT_EQ(c.goaway().value_or(kEnhanceYourCalm), kEnhanceYourCalm);
  }
  EXPECT_EQ(client().exchange("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n").status, 200U);
}

TEST_F(Http2Test, EndsAConnectionOfEndlessContinuations) {
  listen();
  auto c = client2();
  c.send(Http2Client::Headers, Http2Client::kEndStream, 1,
         Http2Client::encode(Http2Client::get("/")));
  const auto field = Http2Client::encode({{"x", std::string(16'000, 'x')}});
  for (int i = 0; i < 10'000; ++i) {
    if (!c.send(Http2Client::Continuation, 0, 1, field)) break;
  }
  EXPECT_NE(c.goaway().value_or(kProtocolError), kNoError);
  EXPECT_EQ(client().exchange("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n").status, 200U);
}

// One large field in the table, that one byte each repeats.
TEST_F(Http2Test, EndsAConnectionThatUnpacksTooMuch) {
  listen();
  auto c = client2();
  auto block = Http2Client::encode(Http2Client::get("/"));
  auto stored = Http2Client::encode({{"x", std::string(3'900, 'x')}});
  stored[0] = 0x40;  // To be kept.
  block += stored + std::string(10'000, static_cast<char>(0x80 + 62));
  c.send(Http2Client::Headers, Http2Client::kEndHeaders | Http2Client::kEndStream, 1, block);
  EXPECT_EQ(c.goaway(), kEnhanceYourCalm);
  EXPECT_THAT(handler.refusals(), ElementsAre(EndsWith(" 431")));
}

TEST_F(Http2Test, ClosesAConnectionThatTakesTooLong) {
  listen({.header_timeout = 500ms, .idle_timeout = 20ms});
  auto idle = client2();
  EXPECT_EQ(idle.goaway(), kNoError);
  auto silent = client();
  silent.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  EXPECT_EQ(silent.take_exactly(1'000'000).substr(3, 1), std::string(1, Http2Client::Settings));
}

TEST_F(Http2Test, GivesUpABodyThatTakesTooLong) {
  listen({.body_timeout = 20ms});
  auto slow = client2();
  slow.request(1, Http2Client::put("/a"), false);
  EXPECT_EQ(slow.answer(1).status, 408U);
}

// What the client sends does not help the answer on, which it does not take.
TEST_F(Http2Test, GivesUpAnAnswerThatIsNotTakenWhateverElseMoves) {
  listen({.body_timeout = 50ms});
  auto c = client2();
  c.request(1, Http2Client::put("/streamed"), false);
  auto exchange = handler.next();
  auto body = exchange.responder.body();
  auto writer = *exchange.responder.begin({});
  writer.write(std::string(1'000'000, 'x'), [](Result<>) {});
  std::thread reader([&] {
    auto piece = read(body);
    while (piece && !piece->empty()) piece = read(body);
  });
  // Sends as much as it may, and grants nothing.
  const std::string piece(16'384, 'x');
  std::size_t windows[2] = {1 << 20, 256 << 10};  // Of the connection, of the stream.
  std::optional<std::string> reset;
  while (!reset) {
    while (std::min(windows[0], windows[1]) >= piece.size()) {
      c.send(Http2Client::Data, 0, 1, piece);
      for (auto& window : windows) window -= piece.size();
    }
    const auto frame = c.receive_any();
    ASSERT_NE(frame.type, 0xff);
    if (frame.type == Http2Client::WindowUpdate) {
      windows[frame.stream] += Http2Client::value(frame.payload);
    } else if (frame.type == Http2Client::ResetStream) {
      reset = frame.payload;
    }
  }
  EXPECT_EQ(*reset, Http2Client::number(8, 4)) << "as cancelled";
  reader.join();
}

TEST_F(Http2Test, EndsAConnectionWhoseHeaderTakesTooLong) {
  listen({.body_timeout = 20ms});
  auto slow = client2();
  slow.send(Http2Client::Headers, Http2Client::kEndStream, 1,
            Http2Client::encode(Http2Client::get("/")));
  EXPECT_EQ(slow.goaway(), kEnhanceYourCalm);
  EXPECT_THAT(handler.refusals(), ElementsAre("127.0.0.1 GET / 408"));
}

TEST_F(Http2Test, FinishesWhatItHandlesWhenItQuiesces) {
  listen();
  auto idle = client2();
  idle.request(1, Http2Client::get("/hello"));
  EXPECT_EQ(idle.answer(1).status, 200U);
  auto busy = client2();
  busy.request(1, Http2Client::get("/later"));
  auto exchange = handler.next();
  server->quiesce();
  EXPECT_EQ(idle.goaway(), kNoError);
  EXPECT_TRUE(idle.socket().is_closed());
  EXPECT_EQ(busy.goaway(), kNoError);
  EXPECT_TRUE(exchange.responder.respond({.body = "done"}));
  EXPECT_EQ(busy.answer(1).body, "done");
  while (busy.receive().type == Http2Client::GoAway) {
  }
  EXPECT_TRUE(busy.socket().is_closed());
}

TEST_F(Http2Test, ClosesEverythingWhenItStops) {
  listen();
  auto busy = client2();
  busy.request(1, Http2Client::get("/later"));
  auto exchange = handler.next();
  server->stop();
  wait_for(exchange.departure);
  EXPECT_TRUE(exchange.responder.respond({}));
}

}  // namespace
}  // namespace hermes::net
