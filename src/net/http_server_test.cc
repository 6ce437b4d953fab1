#include "net/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <set>
#include <thread>
#include <vector>

#include "base/strings.h"
#include "net/server_fixture.h"
#include "testing/http2_client.h"

namespace hermes::net {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr std::string_view kHello = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view kLater = "GET /later HTTP/1.1\r\nHost: a\r\n\r\n";

TEST_F(HttpServerTest, AnswersOneRequestAfterTheOther) {
  listen();
  auto c = client();
  const auto first = c.exchange("POST /a?b HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi");
  EXPECT_EQ(first.status, 200U);
  EXPECT_EQ(first.body, "/a?b hi");
  EXPECT_EQ(first.header("date").size(), sizeof("Sun, 06 Nov 1994 08:49:37 GMT") - 1);
  EXPECT_EQ(first.header("connection"), "");
  EXPECT_EQ(c.exchange(kHello).body, "/hello ");
  EXPECT_EQ(server->url(), concat("http://127.0.0.1:", server->port()));
}

TEST_F(HttpServerTest, AnswersPipelinedRequestsInTheirOrder) {
  listen();
  auto c = client();
  c.send(concat(kLater, "GET /2 HTTP/1.1\r\nHost: a\r\n\r\nGET /large HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /file HTTP/1.1\r\nHost: a\r\n\r\nGET /3 HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_TRUE(handler.next().responder.respond({.body = "1"}));
  EXPECT_EQ(c.receive().body, "1");
  EXPECT_EQ(c.receive().body, "/2 ");
  EXPECT_THAT(c.receive().body, SizeIs(3'000'000));
  EXPECT_THAT(c.receive().body, SizeIs(5'000'000));
  EXPECT_EQ(c.receive().body, "/3 ");
}

TEST_F(HttpServerTest, SendsAFileAsItIs) {
  listen();
  auto c = client();
  const auto body = c.exchange("GET /file HTTP/1.1\r\nHost: a\r\n\r\n").body;
  ASSERT_THAT(body, SizeIs(5'000'000));
  for (std::size_t i = 0; i < body.size(); ++i) {
    ASSERT_EQ(static_cast<unsigned char>(body[i]), Pattern::at(i)) << i;
  }
}

TEST_F(HttpServerTest, ClosesWhereAFileIsShorterThanItSaid) {
  listen();
  auto c = client();
  EXPECT_EQ(c.exchange("GET /broken-file HTTP/1.1\r\nHost: a\r\n\r\n").status, 0U);
}

TEST_F(HttpServerTest, AnswersHeadWithoutTheBody) {
  listen();
  auto c = client();
  for (const std::string_view path : {"/hello", "/file"}) {
    const auto answer = c.exchange(concat("HEAD ", path, " HTTP/1.1\r\nHost: a\r\n\r\n"), true);
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.header("content-length"), path == "/file" ? "5000000" : "7");
  }
  EXPECT_EQ(c.exchange(kHello).body, "/hello ");
}

TEST_F(HttpServerTest, TakesChunksAndAsksForABodyThatWaits) {
  listen();
  auto c = client();
  c.send(
      "PUT /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n");
  EXPECT_EQ(c.receive().status, 100U);
  EXPECT_EQ(c.exchange("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n").body, "/a abcde");
}

TEST_F(HttpServerTest, TakesALargeBody) {
  listen();
  auto c = client();
  const std::string body(8 << 20, 'b');
  c.send(concat("PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: ", body.size(), "\r\n\r\n"));
  c.send(body);
  EXPECT_EQ(c.receive().body, "/a " + body);
}

TEST_F(HttpServerTest, KeepsAndClosesConnectionsAsTheClientAsks) {
  listen();
  auto old = client();
  const auto kept = old.exchange("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(kept.header("connection"), "keep-alive");
  EXPECT_EQ(old.exchange("GET / HTTP/1.0\r\n\r\n").header("connection"), "close");
  EXPECT_TRUE(old.is_closed());

  auto closing = client();
  closing.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(closing.receive().header("connection"), "close");
  EXPECT_TRUE(closing.is_closed());
}

TEST_F(HttpServerTest, AnswersWhatIsNoRequestAndCloses) {
  handler.most = 10;
  listen();
  const struct {
    std::string bytes;
    unsigned status;
    const char* body;
  } cases[] = {
      {"nonsense\r\n\r\n", 400, "400 Bad Request: this is not an HTTP request\n"},
      {"GET / HTTP/1.1\r\n\r\n", 400, "400 Bad Request: there is no Host header\n"},
      {"GET / HTTP/2.0\r\n\r\n", 505,
       "505 HTTP Version Not Supported: this server speaks HTTP/1.1\n"},
      {concat("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999\r\n\r\n",
              std::string(99999, 'x')),
       413, "413 Content Too Large: the body is too large\n"},
      {concat("GET / HTTP/1.1\r\nHost: a\r\nX: ", std::string(40000, 'x'), "\r\n\r\n"), 431,
       "431 Request Header Fields Too Large: the header is too large\n"},
  };
  for (const auto& c : cases) {
    auto connection = client();
    const auto answer = connection.exchange(c.bytes);
    EXPECT_EQ(answer.status, c.status);
    EXPECT_EQ(answer.body, c.body);
    EXPECT_EQ(answer.header("connection"), "close");
    EXPECT_TRUE(connection.is_closed());
  }
}

TEST_F(HttpServerTest, ClosesWithoutAWordWhatIsNoHttp) {
  listen();
  auto first = client();
  first.send("INVALID CONNECTION PREFACE\r\n\r\n");
  EXPECT_EQ(first.take_exactly(1), "");
  auto later = client();
  later.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\nEHLO mail example\r\n");
  EXPECT_EQ(later.receive().body, "/hello ") << "what was answered before is sent";
  EXPECT_EQ(later.take_exactly(1), "");
  EXPECT_THAT(handler.refusals(), IsEmpty());
}

TEST_F(HttpServerTest, TellsTheHandlerWhatItRefuses) {
  listen({.header_timeout = 200ms});
  client().exchange("GET /a HTTP/1.1\r\nHost: b\r\nHost: c\r\n\r\n");
  client().exchange(concat("GET /b HTTP/1.1\r\nHost: b\r\nX: ", std::string(40'000, 'x')));
  client().exchange("GET /c HTTP/1.1\r\nHost: b\r\n");
  client().exchange("nonsense\r\n\r\n");
  auto c = hermes::testing::Http2Client(server->port());
  auto fields = hermes::testing::Http2Client::get("/d");
  fields.emplace_back("expect", "tea");
  c.request(1, fields);
  EXPECT_EQ(c.answer(1).status, 417U);
  EXPECT_THAT(handler.refusals(),
              ElementsAre("127.0.0.1 GET /a 400", "127.0.0.1 GET /b 431", "127.0.0.1 GET /c 408",
                          "127.0.0.1   400", "127.0.0.1 GET /d 417"));
}

TEST_F(HttpServerTest, AnswersForAHandlerThatDoesNot) {
  listen();
  auto c = client();
  const auto dropped = c.exchange("GET /dropped HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(dropped.status, 500U);
  EXPECT_EQ(dropped.body, "500 Internal Server Error: the request was not answered\n");
  EXPECT_THAT(c.exchange("GET /bad-header HTTP/1.1\r\nHost: a\r\n\r\n").body,
              HasSubstr("has a control character"));
  c.send(kLater);
  handler.next();
  EXPECT_EQ(c.receive().status, 500U) << "also when it is dropped on another thread";
}

TEST_F(HttpServerTest, ClosesAConnectionThatTakesTooLong) {
  listen({.header_timeout = 20ms, .body_timeout = 20ms, .idle_timeout = 20ms});
  auto idle = client();
  EXPECT_TRUE(idle.is_closed());
  auto used = client();
  EXPECT_EQ(used.exchange(kHello).status, 200U);
  EXPECT_TRUE(used.is_closed());

  auto header = client();
  const auto late_header = header.exchange("GET / HT");
  EXPECT_EQ(late_header.status, 408U);
  EXPECT_EQ(late_header.body, "408 Request Timeout: the header took too long\n");
  EXPECT_TRUE(header.is_closed());
  auto body = client();
  EXPECT_EQ(body.exchange("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nx").body,
            "408 Request Timeout: the body took too long\n");
}

TEST_F(HttpServerTest, ClosesAConnectionThatDoesNotRead) {
  listen({.write_timeout = 20ms});
  auto c = client();
  for (int i = 0; i < 8; ++i) c.send("GET /file HTTP/1.1\r\nHost: a\r\n\r\n");
  auto other = client();
  while (c.send(kHello)) EXPECT_EQ(other.exchange(kHello).status, 200U);
}

TEST_F(HttpServerTest, RefusesMoreConnectionsThanItMayHave) {
  listen({.connections = 1});
  auto first = client();
  EXPECT_EQ(first.exchange(kHello).status, 200U);
  auto second = client();
  const auto refused = second.receive();
  EXPECT_EQ(refused.status, 503U);
  EXPECT_EQ(refused.header("retry-after"), "1");
  EXPECT_TRUE(second.is_closed());
  EXPECT_EQ(handler.refused_connections, 1);
  EXPECT_EQ(first.exchange(kHello).status, 200U);
}

TEST_F(HttpServerTest, RefusesAConnectionTooManyOfOneClient) {
  listen({.connections_per_client = 1});
  auto first = client();
  first.send(kLater);
  auto exchange = handler.next();
  auto second = client();
  EXPECT_EQ(second.receive().status, 503U);
  EXPECT_TRUE(second.is_closed());
  EXPECT_EQ(handler.refused_connections, 1);
  second.close();
  first.reset();
  wait_for(exchange.departure);
  while (client().exchange(kHello).status != 200) {  // Until the second is gone, too.
  }
}

TEST_F(HttpServerTest, ListensAtSeveralAddresses) {
  listen({.address = "127.0.0.1 ::1"});
  EXPECT_THAT(server->urls(), ::testing::ElementsAre(concat("http://127.0.0.1:", server->port()),
                                                     concat("http://[::1]:", server->port())));
}

TEST_F(HttpServerTest, DealsConnectionsToAllReactors) {
  listen();
  std::deque<HttpClient> clients;
  std::multiset<std::thread::id> threads;
  std::vector<Handler::Exchange> exchanges;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back(server->port()).send(kLater);
    exchanges.push_back(handler.next());
    threads.insert(exchanges.back().thread);
    EXPECT_EQ(exchanges.back().request.peer, "127.0.0.1");
  }
  EXPECT_EQ(threads.count(*threads.begin()), 4U);
  EXPECT_EQ(threads.count(*threads.rbegin()), 4U);
}

TEST_F(HttpServerTest, DealsToTheReactorThatHasTheFewest) {
  listen();
  std::deque<HttpClient> clients;
  std::vector<Handler::Exchange> exchanges;
  const auto connect = [&] {
    clients.emplace_back(server->port()).send(kLater);
    exchanges.push_back(handler.next());
    return exchanges.back().thread;
  };
  const auto thread = connect();
  for (int i = 1; i < 8; ++i) connect();
  for (std::size_t i = 0; i < 8; ++i) {
    if (exchanges[i].thread != thread) continue;
    clients[i].reset();
    wait_for(exchanges[i].departure);
  }
  for (int i = 0; i < 4; ++i) EXPECT_EQ(connect(), thread);
}

TEST_F(HttpServerTest, TellsTheHandlerThatTheClientWent) {
  listen();
  auto c = client();
  c.send(kLater);
  auto exchange = handler.next();
  EXPECT_FALSE(exchange.departure.stop_requested());
  c.reset();
  wait_for(exchange.departure);
  EXPECT_TRUE(exchange.responder.respond({})) << "nobody hears it";
}

TEST_F(HttpServerTest, AnswersAClientThatOnlyEndsItsSide) {
  listen();
  auto c = client();
  c.send(concat(kLater, kHello));
  c.end();
  auto exchange = handler.next();
  EXPECT_TRUE(exchange.responder.respond({.body = "late"}));
  EXPECT_EQ(c.receive().body, "late");
  EXPECT_EQ(c.receive().body, "/hello ");
  EXPECT_TRUE(c.is_closed());
  EXPECT_FALSE(exchange.departure.stop_requested());
}

TEST_F(HttpServerTest, SaysWhyItCannotListen) {
  listen();
  ReactorThread thread;
  io::Reactor* const reactors[] = {&thread.reactor()};
  const auto error_of = [&](HttpServerOptions options) {
    return HttpServer::listen(std::move(options), reactors, handler).error().message();
  };
  EXPECT_EQ(error_of({.port = server->port()}),
            concat("cannot listen on 127.0.0.1:", server->port(), ": address already in use"));
  EXPECT_EQ(error_of({.address = "localhost"}),
            "cannot listen on localhost: it is not an IP address");
  EXPECT_THAT(error_of({.address = "2001:db8::1", .port = 7878}),
              StartsWith("cannot listen on [2001:db8::1]:7878: "));
}

TEST_F(HttpServerTest, FinishesWhatItHandlesWhenItQuiesces) {
  listen();
  auto idle = client();
  EXPECT_EQ(idle.exchange(kHello).status, 200U);
  auto busy = client();
  busy.send(kLater);
  auto exchange = handler.next();
  auto half = client();
  half.send(concat(kHello, "GET / HTTP/1.1\r\n"));
  EXPECT_EQ(half.receive().status, 200U) << "the rest came with it";
  auto uploading = client();
  uploading.send("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n");
  EXPECT_EQ(uploading.receive().status, 100U);

  server->quiesce();
  EXPECT_TRUE(idle.is_closed());
  EXPECT_EQ(half.receive().body, "503 Service Unavailable: the server is stopping\n");
  EXPECT_EQ(uploading.exchange("x").body, "/ x");
  while (client().is_connected()) {
  }
  busy.send(kHello);
  EXPECT_TRUE(exchange.responder.respond({.body = "done"}));
  const auto last = busy.receive();
  EXPECT_EQ(last.body, "done");
  EXPECT_EQ(last.header("connection"), "close");
  EXPECT_TRUE(busy.is_closed());
}

TEST_F(HttpServerTest, ClosesEverythingWhenItStops) {
  listen();
  auto busy = client();
  busy.send(kLater);
  auto exchange = handler.next();
  server->stop();
  EXPECT_TRUE(busy.is_closed());
  wait_for(exchange.departure);
  EXPECT_TRUE(exchange.responder.respond({}));
}

}  // namespace
}  // namespace hermes::net
