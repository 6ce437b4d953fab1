// Bodies that are read and written in pieces, through the server over a socket.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <string>
#include <utility>

#include "net/server_fixture.h"

namespace hermes::net {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kStreamed = "GET /streamed HTTP/1.1\r\nHost: a\r\n\r\n";

// Asks for a piece and waits for it.
Result<std::string> read(BodyReader& body) {
  std::promise<Result<std::string>> piece;
  body.read([&](Result<std::string> read) { piece.set_value(std::move(read)); });
  return piece.get_future().get();
}

std::string read_all(BodyReader& body) {
  std::string all;
  while (true) {
    auto piece = read(body);
    if (!piece) return concat(all, " and then: ", piece.error().message());
    if (piece->empty()) return all;
    all += *piece;
  }
}

bool write(BodyWriter& writer, std::string bytes) {
  std::promise<bool> written;
  writer.write(std::move(bytes), [&](Result<> done) { written.set_value(bool(done)); });
  return written.get_future().get();
}

std::string chunk(std::string_view bytes) {
  char size[20];
  std::snprintf(size, sizeof(size), "%zx\r\n", bytes.size());
  return concat(size, bytes, "\r\n");
}

class HttpStreamTest : public HttpServerTest {
 protected:
  void SetUp() override { listen({.body_timeout = body_timeout}); }
  std::chrono::milliseconds body_timeout = std::chrono::seconds(30);
};

TEST_F(HttpStreamTest, ReadsABodyThatIsStillOnItsWay) {
  auto c = client();
  c.send("PUT /streamed HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  auto exchange = handler.next();
  EXPECT_FALSE(exchange.request.is_whole);
  EXPECT_EQ(exchange.request.length, std::nullopt);
  auto body = exchange.responder.body();
  c.send(chunk("one"));
  EXPECT_EQ(*read(body), "one");
  c.send(concat(chunk("two"), "0\r\nTrailer: 1\r\n\r\n"));
  EXPECT_EQ(read_all(body), "two");
  EXPECT_EQ(read_all(body), "") << "the end comes again";
  EXPECT_TRUE(exchange.responder.respond({.body = "done"}));
  EXPECT_EQ(c.receive().body, "done");
  EXPECT_EQ(c.exchange("GET /next HTTP/1.1\r\nHost: a\r\n\r\n").body, "/next ");
  EXPECT_FALSE(read(body)) << "of a request that has been answered";
}

TEST_F(HttpStreamTest, HasABodyThatCameWithTheHeader) {
  auto c = client();
  c.send("PUT /streamed HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi");
  auto exchange = handler.next();
  EXPECT_TRUE(exchange.request.is_whole);
  EXPECT_EQ(exchange.request.body, "hi");
  EXPECT_TRUE(exchange.responder.respond({}));
  EXPECT_EQ(c.receive().status, 200U);
}

TEST_F(HttpStreamTest, LetsTheClientWaitUntilABodyIsWanted) {
  auto c = client();
  c.send("PUT /streamed HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  auto exchange = handler.next();
  EXPECT_EQ(exchange.request.length, 2U);
  auto body = exchange.responder.body();
  std::promise<Result<std::string>> piece;
  body.read([&](Result<std::string> read) { piece.set_value(std::move(read)); });
  EXPECT_EQ(c.receive().status, 100U);
  c.send("hi");
  EXPECT_EQ(*piece.get_future().get(), "hi");
  EXPECT_EQ(read_all(body), "");
  EXPECT_TRUE(exchange.responder.respond({}));
  EXPECT_EQ(c.receive().header("connection"), "");
}

TEST_F(HttpStreamTest, TakesNoMoreFromTheClientThanIsRead) {
  auto c = client();
  constexpr std::size_t kSize = std::size_t{64} << 20;
  c.send(concat("PUT /streamed HTTP/1.1\r\nHost: a\r\nContent-Length: ", kSize, "\r\n\r\n"));
  auto exchange = handler.next();
  auto body = exchange.responder.body();
  std::atomic<std::size_t> sent = 0;
  std::thread sender([&] {
    const std::string piece(std::size_t{1} << 20, 'x');
    for (std::size_t i = 0; i < kSize; i += piece.size()) {
      c.send(piece);
      sent += piece.size();
    }
  });
  std::size_t count = 0;
  while (true) {
    const auto piece = read(body);
    ASSERT_TRUE(piece);
    if (piece->empty()) break;
    EXPECT_LE(piece->size(), std::size_t{128} << 10);
    count += piece->size();
    EXPECT_LE(sent, count + (std::size_t{32} << 20)) << "the kernel's buffers, and little more";
  }
  sender.join();
  EXPECT_EQ(count, kSize);
  EXPECT_TRUE(exchange.responder.respond({}));
  EXPECT_EQ(c.receive().status, 200U);
}

TEST_F(HttpStreamTest, SaysWhatBecameOfABody) {
  auto reset = client();
  reset.send("PUT /streamed HTTP/1.1\r\nHost: a\r\nContent-Length: 20\r\n\r\n");
  auto gone = handler.next();
  auto body_of_gone = gone.responder.body();
  reset.reset();
  EXPECT_EQ(read_all(body_of_gone), " and then: the client has gone away");
  EXPECT_TRUE(gone.departure.stop_requested());

  auto broken = client();
  broken.send("PUT /streamed HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n");
  auto exchange = handler.next();
  auto body = exchange.responder.body();
  EXPECT_EQ(read_all(body), " and then: the chunks of the body are not valid");
  EXPECT_TRUE(exchange.responder.respond({.status = 400}));
  EXPECT_EQ(broken.receive().header("connection"), "close");
  EXPECT_TRUE(broken.is_closed());

  auto half = client();
  half.send("PUT /streamed HTTP/1.1\r\nHost: a\r\nContent-Length: 20\r\n\r\nhalf");
  half.end();
  auto ended = handler.next();
  auto half_body = ended.responder.body();
  EXPECT_THAT(read_all(half_body), HasSubstr("the request ends too early"));
  EXPECT_TRUE(ended.responder.respond({.status = 400}));
  EXPECT_EQ(half.receive().status, 400U);
}

TEST_F(HttpStreamTest, NoticesADepartureWhileNothingIsRead) {
  auto c = client();
  c.send("PUT /streamed HTTP/1.1\r\nHost: a\r\nContent-Length: 20\r\n\r\n");
  auto exchange = handler.next();
  c.reset();
  wait_for(exchange.departure);
}

TEST_F(HttpStreamTest, AnswersBeforeTheBodyHasBeenReadAndCloses) {
  auto c = client();
  c.send("PUT /streamed HTTP/1.1\r\nHost: a\r\nContent-Length: 20\r\n\r\n");
  EXPECT_TRUE(handler.next().responder.respond({.status = 403}));
  const auto answer = c.receive();
  EXPECT_EQ(answer.status, 403U);
  EXPECT_EQ(answer.header("connection"), "close");
  EXPECT_TRUE(c.is_closed());
}

TEST_F(HttpStreamTest, RefusesToCollectMoreThanItMay) {
  handler.most = 10;
  auto told = client();
  const auto answer = told.exchange(
      "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 11\r\n\r\n");
  EXPECT_EQ(answer.status, 413U) << "before it is read";
  EXPECT_TRUE(told.is_closed());
  auto chunked = client();
  EXPECT_EQ(chunked
                .exchange(concat("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
                                 chunk("12345678"), chunk("901")))
                .status,
            413U);
  EXPECT_TRUE(chunked.is_closed());
}

TEST_F(HttpStreamTest, AsksForNoBodyBehindTheResponse) {
  auto c = client();
  c.send("PUT /streamed HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  auto exchange = handler.next();
  auto body = exchange.responder.body();
  auto writer = *exchange.responder.begin({}, 2);
  EXPECT_TRUE(write(writer, "o"));
  EXPECT_EQ(c.receive(true).status, 200U);
  body.read([](Result<std::string>) {});
  EXPECT_TRUE(write(writer, "k"));
  writer.end();
  EXPECT_EQ(c.take_exactly(2), "ok");
  EXPECT_TRUE(c.is_closed());
}

TEST_F(HttpStreamTest, WritesABodyOfUnknownSizeInChunks) {
  auto c = client();
  c.send(kStreamed);
  auto exchange = handler.next();
  auto writer = *exchange.responder.begin({.status = 201});
  EXPECT_TRUE(write(writer, "data: 1\n\n"));
  const auto head = c.receive(true);
  EXPECT_EQ(head.status, 201U);
  EXPECT_EQ(head.header("transfer-encoding"), "chunked");
  EXPECT_EQ(head.header("content-length"), "");
  EXPECT_EQ(c.take_exactly(14), "9\r\ndata: 1\n\n\r\n");
  const std::string large(100'000, 'x');
  EXPECT_TRUE(write(writer, large));
  writer.end();
  EXPECT_EQ(c.take_exactly(100'014), concat("186a0\r\n", large, "\r\n0\r\n\r\n"));
  EXPECT_EQ(c.exchange("GET /next HTTP/1.1\r\nHost: a\r\n\r\n").body, "/next ");
}

TEST_F(HttpStreamTest, WritesABodyOfKnownSizeAsItIs) {
  auto c = client();
  c.send(kStreamed);
  auto exchange = handler.next();
  auto writer = *exchange.responder.begin({}, 6);
  EXPECT_TRUE(write(writer, "one"));
  EXPECT_TRUE(write(writer, "two"));
  writer.end();
  EXPECT_EQ(c.receive().body, "onetwo");
  c.send(kStreamed);
  auto too_short = *handler.next().responder.begin({}, 6);
  EXPECT_TRUE(write(too_short, "one"));
  too_short.end();
  EXPECT_EQ(c.receive().status, 0U) << "the connection ends before the body does";

  auto other = client();
  other.send(kStreamed);
  auto too_long = *handler.next().responder.begin({}, 2);
  EXPECT_FALSE(write(too_long, "one"));
  EXPECT_EQ(other.receive().status, 0U);
}

TEST_F(HttpStreamTest, SendsWhatIsReadyAtOnceAsAWhole) {
  auto c = client();
  c.send(concat(kStreamed, "HEAD /streamed HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /streamed HTTP/1.0\r\n\r\n"));
  for (int i = 0; i < 3; ++i) {
    auto exchange = handler.next();
    std::promise<void> done;
    boost::asio::post(reactor(exchange.thread).context(), [&] {
      auto writer = *exchange.responder.begin({});
      writer.write("hello", [](Result<> written) { EXPECT_TRUE(written); });
      writer.end();
      done.set_value();
    });
    done.get_future().get();
    const auto answer = c.receive(i == 1);
    EXPECT_EQ(answer.status, 200U);
    if (i != 1) {
      EXPECT_EQ(answer.header("content-length"), "5");
      EXPECT_EQ(answer.body, "hello");
    }
  }
  EXPECT_TRUE(c.is_closed());
}

TEST_F(HttpStreamTest, EndsABodyForAnOldClientWithTheConnection) {
  auto c = client();
  c.send("GET /streamed HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  auto writer = *handler.next().responder.begin({});
  EXPECT_TRUE(write(writer, "one"));
  const auto head = c.receive(true);
  EXPECT_EQ(head.header("connection"), "close");
  EXPECT_THAT(head.head, Not(HasSubstr("chunked")));
  EXPECT_TRUE(write(writer, "two"));
  writer.end();
  EXPECT_EQ(c.take_exactly(6), "onetwo");
  EXPECT_TRUE(c.is_closed());
}

TEST_F(HttpStreamTest, TellsTheWriterThatTheClientWent) {
  auto c = client();
  c.send(kStreamed);
  auto exchange = handler.next();
  auto writer = *exchange.responder.begin({});
  EXPECT_TRUE(write(writer, "one"));
  c.reset();
  wait_for(exchange.departure);
  EXPECT_FALSE(write(writer, "two"));
}

TEST_F(HttpStreamTest, LetsTheWriterWaitForASlowReader) {
  auto c = client();
  c.send(kStreamed);
  auto writer = *handler.next().responder.begin({});
  std::promise<void> done;
  std::atomic<bool> is_done = false;
  const std::string piece(std::size_t{64} << 20, 'x');  // More than the kernel buffers.
  writer.write(piece, [&](Result<> result) {
    EXPECT_TRUE(result);
    is_done = true;
    done.set_value();
  });
  EXPECT_EQ(c.receive(true).status, 200U);
  EXPECT_FALSE(is_done);
  EXPECT_EQ(c.take_exactly(piece.size() + 11), concat("4000000\r\n", piece, "\r\n"));
  done.get_future().get();
  writer.end();
  EXPECT_EQ(c.take_exactly(5), "0\r\n\r\n");
}

TEST_F(HttpStreamTest, BreaksAResponseWhoseWriterIsDropped) {
  auto c = client();
  c.send(kStreamed);
  {
    auto writer = *handler.next().responder.begin({});
    EXPECT_TRUE(write(writer, "one"));
  }
  EXPECT_EQ(c.receive(true).status, 200U);
  EXPECT_EQ(c.take_exactly(8), "3\r\none\r\n");
  EXPECT_TRUE(c.is_closed()) << "without the last chunk";
}

TEST_F(HttpStreamTest, ReadsAndWritesAtTheSameTime) {
  auto c = client();
  c.send("POST /streamed HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  auto exchange = handler.next();
  auto body = exchange.responder.body();
  auto writer = *exchange.responder.begin({});
  EXPECT_TRUE(write(writer, "ready"));
  EXPECT_EQ(c.receive(true).status, 200U);
  EXPECT_EQ(c.take_exactly(10), "5\r\nready\r\n");
  for (const std::string_view word : {"a", "bc"}) {
    c.send(chunk(word));
    EXPECT_TRUE(write(writer, *read(body)));
    EXPECT_EQ(c.take_exactly(5 + word.size()), chunk(word));
  }
  c.send("0\r\n\r\n");
  EXPECT_EQ(read_all(body), "");
  writer.end();
  EXPECT_EQ(c.take_exactly(5), "0\r\n\r\n");
  EXPECT_EQ(c.exchange("GET /next HTTP/1.1\r\nHost: a\r\n\r\n").body, "/next ");
}

TEST_F(HttpStreamTest, SendsPartsOneBehindTheOther) {
  auto c = client();
  c.send(kStreamed);
  const auto file = std::make_shared<Pattern>(1'000'000, 1'000'000);
  std::vector<BodyPart> parts;
  parts.emplace_back(std::string("first"));
  parts.emplace_back(FilePart{file, 251, 200'000});
  parts.emplace_back(std::string("second"));
  parts.emplace_back(FilePart{file, 0, 3});
  EXPECT_TRUE(handler.next().responder.respond({.status = 206, .body = std::move(parts)}));
  const auto body = c.receive().body;
  ASSERT_EQ(body.size(), 200'014U);
  EXPECT_TRUE(body.starts_with(std::string_view("first\x00\x01\x02", 8)));
  EXPECT_TRUE(body.ends_with(std::string_view("second\x00\x01\x02", 9)));
}

class HttpSlowBodyTest : public HttpStreamTest {
 protected:
  HttpSlowBodyTest() { body_timeout = std::chrono::milliseconds(20); }
};

TEST_F(HttpSlowBodyTest, GivesUpABodyThatTakesTooLong) {
  auto c = client();
  c.send("PUT /streamed HTTP/1.1\r\nHost: a\r\nContent-Length: 20\r\n\r\n");
  auto exchange = handler.next();
  auto body = exchange.responder.body();
  const auto piece = read(body);
  ASSERT_FALSE(piece);
  EXPECT_EQ(piece.error().code(), Code::TimedOut);
  EXPECT_TRUE(exchange.responder.respond({.status = 408}));
  EXPECT_EQ(c.receive().status, 408U);
  EXPECT_TRUE(c.is_closed());
}

}  // namespace
}  // namespace hermes::net
