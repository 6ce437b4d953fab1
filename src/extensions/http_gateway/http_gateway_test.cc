#include "extensions/http_gateway/http_gateway.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "base/strings.h"
#include "extensions/http_gateway/gateway_fixture.h"
#include "wasm/http_exchange.h"

namespace hermes::http_gateway {
namespace {

using runtime::EventOutcome;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using wit::http_gateway::Header;

TEST_F(HttpGatewayTest, AsksAModuleAndPassesItsReplyOn) {
  auto c = client();
  c.send(
      "PUT /api/x?y HTTP/1.1\r\nHost: BOARD.localhost:7878\r\nA: 1\r\na: 2\r\n"
      "Content-Length: 2\r\n\r\nhi");
  auto event = events.next();
  EXPECT_EQ(event.handler(), "hermes:http-gateway/event#reply");
  EXPECT_EQ(event.target.app, "local:board");
  EXPECT_THAT(event.target.modules, ElementsAre("first"));
  EXPECT_EQ(event.source.extension, "http_gateway");
  EXPECT_EQ(event.source.key, "PUT /api/x?y");
  EXPECT_TRUE(event.source.unique);
  const auto& asked = event.as<ReplyEvent>();
  EXPECT_EQ(asked.path, "/api/x?y");
  EXPECT_EQ(asked.method, "PUT");
  EXPECT_THAT(asked.body, ElementsAre('h', 'i'));
  EXPECT_THAT(asked.headers, Contains(Header("a", {"1", "2"})));

  EXPECT_TRUE(deliver(event, some(answer(201, "hello"))));
  const auto answered = c.receive();
  EXPECT_EQ(answered.status, 201U);
  EXPECT_EQ(answered.header("x-app"), "1");
  EXPECT_EQ(answered.body, "hello");
  EXPECT_TRUE(events.is_empty());
}

TEST_F(HttpGatewayTest, AsksTheModulesInTurnUntilOneAnswers) {
  auto c = client();
  c.send(request("GET /api"));
  auto first = events.next();
  EXPECT_THAT(first.target.modules, ElementsAre("first"));
  deliver(first, some(std::nullopt));
  auto second = events.next();
  EXPECT_THAT(second.target.modules, ElementsAre("second"));
  EXPECT_EQ(second.as<ReplyEvent>(), first.as<ReplyEvent>());
  deliver(second, some(answer(200, "second")));
  EXPECT_EQ(c.receive().body, "second");

  c.send(request("GET /api"));
  auto without_export = events.next();
  hermes::testing::end(without_export, EventOutcome::NoHandler);
  auto declining = events.next();
  deliver(declining, some(std::nullopt));
  const auto declined = c.receive();
  EXPECT_EQ(declined.status, 404U);
  EXPECT_EQ(declined.body, "404 Not Found: no module of the application answers to this\n");
}

TEST_F(HttpGatewayTest, AsksOnlyTheModuleOfAnEndpoint) {
  auto c = client();
  c.send(
      "POST /hook/push?x HTTP/1.1\r\nHost: board.hermes.local\r\n"
      "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
  auto event = events.next();
  EXPECT_THAT(event.target.modules, ElementsAre("second"));
  deliver(event, some(std::nullopt));
  EXPECT_EQ(c.receive().status, 404U);
  EXPECT_TRUE(events.is_empty());

  const auto wrong_method = get("GET /hook/push");
  EXPECT_EQ(wrong_method.status, 405U);
  EXPECT_EQ(wrong_method.header("allow"), "POST");
  EXPECT_EQ(
      c.exchange("POST /hook/push HTTP/1.1\r\nHost: board.localhost\r\nContent-Type: text/plain"
                 "\r\nContent-Length: 2\r\n\r\n{}")
          .status,
      415U);
}

TEST_F(HttpGatewayTest, ServesTheFilesOfTheApp) {
  const auto page = get("GET /");
  EXPECT_EQ(page.status, 200U);
  EXPECT_EQ(page.header("content-type"), "text/html; charset=utf-8");
  EXPECT_EQ(page.body, "<h1>board</h1>");
  EXPECT_EQ(get("GET /apis").status, 404U) << "this is no API, but a file that is missing";
  EXPECT_EQ(get("DELETE /").status, 405U);
  EXPECT_TRUE(events.is_empty());
}

TEST_F(HttpGatewayTest, TellsAppsApartByTheirHosts) {
  const auto unknown = get("GET /", "localhost");
  EXPECT_EQ(unknown.status, 421U);
  EXPECT_EQ(unknown.body, "421 Misdirected Request: no application has the host 'localhost'\n");

  runtime::App home{.id = "local:home", .name = "home"};
  home.manifest = *json::Document::parse(R"({"http": {"default": true}})", "app.json");
  ASSERT_TRUE(extension->app_started(home));
  EXPECT_EQ(get("GET /", "localhost").status, 404U);
  EXPECT_EQ(get("GET /", "[::1]:80").status, 404U);
  EXPECT_EQ(get("GET /").status, 200U);
  extension->app_stopped("local:board");
  EXPECT_EQ(get("GET /").status, 421U);
}

TEST_F(HttpGatewayTest, TakesTheRoutesOfANewGeneration) {
  auto next = board();
  next.generation = 2;
  next.modules = {replies("third")};
  next.manifest = std::nullopt;
  ASSERT_TRUE(extension->app_changed(board(), next));
  EXPECT_EQ(get("GET /hook/push").status, 404U);
  auto c = client();
  c.send(request("GET /api"));
  auto event = events.next();
  EXPECT_THAT(event.target.modules, ElementsAre("third"));
  deliver(event, some(answer(200, "")));
  EXPECT_EQ(c.receive().status, 200U);
}

// What waits when another version takes over, in which nothing handles it.
TEST_F(HttpGatewayTest, RoutesAgainWhatANewGenerationHandlesOtherwise) {
  auto c = client();
  c.send("PUT /api HTTP/1.1\r\nHost: board.localhost\r\nContent-Length: 4\r\n\r\nbo");
  c.send("dy");
  auto replied = events.next();
  EXPECT_EQ(replied.handler(), ReplyEvent::kHandler);

  auto streaming = board();
  streaming.modules = {replies("first")};
  streaming.modules.front().handlers = {std::string(wasm::IncomingRequest::kHandler)};
  streaming.manifest = std::nullopt;
  ASSERT_TRUE(extension->app_changed(board(), streaming));
  hermes::testing::end(replied, EventOutcome::NoHandler);
  auto streamed = events.next();
  EXPECT_EQ(streamed.handler(), wasm::IncomingRequest::kHandler);

  auto next = streaming;
  next.modules = {replies("third")};
  ASSERT_TRUE(extension->app_changed(streaming, next));
  hermes::testing::end(streamed, EventOutcome::NoHandler);
  auto again = events.next();
  EXPECT_THAT(again.target.modules, ElementsAre("third"));
  EXPECT_EQ(again.as<ReplyEvent>(), replied.as<ReplyEvent>());
  deliver(again, some(answer(200, "third")));
  EXPECT_EQ(c.receive().body, "third");

  c.send(request("GET /api"));
  auto event = events.next();
  hermes::testing::end(event, EventOutcome::NoHandler);
  EXPECT_EQ(c.receive().status, 404U) << "there is no other version";
}

// The body has not been sent, and whoever is asked last reads it.
TEST_F(HttpGatewayTest, KeepsABodyForWhoIsAskedAgain) {
  auto streaming = board();
  streaming.modules.front().handlers = {std::string(wasm::IncomingRequest::kHandler)};
  streaming.manifest = std::nullopt;
  ASSERT_TRUE(extension->app_changed(board(), streaming));
  auto c = client();
  c.send("PUT /api HTTP/1.1\r\nHost: board.localhost\r\nContent-Length: 4\r\n\r\n");
  auto streamed = events.next();
  ASSERT_EQ(streamed.handler(), wasm::IncomingRequest::kHandler);
  ASSERT_TRUE(extension->app_changed(streaming, board()));
  hermes::testing::end(streamed, EventOutcome::NoHandler);
  c.send("body");
  auto event = events.next();
  ASSERT_EQ(event.handler(), ReplyEvent::kHandler);
  EXPECT_THAT(event.as<ReplyEvent>().body, ElementsAre('b', 'o', 'd', 'y'));
  deliver(event, some(answer(200, "third")));
  EXPECT_EQ(c.receive().status, 200U);
}

TEST_F(HttpGatewayTest, SaysWhatBecameOfACallThatFailed) {
  const struct {
    Code code;
    unsigned status;
    const char* body;
  } cases[] = {
      {Code::GuestFailed, 502, "502 Bad Gateway: the application failed\n"},
      {Code::OutOfMemory, 502, "502 Bad Gateway: the application failed\n"},
      {Code::TimedOut, 504, "504 Gateway Timeout: the application took too long\n"},
      {Code::Stopping, 503, "503 Service Unavailable: the application is stopping\n"},
  };
  for (const auto& c : cases) {
    const auto answered = answer_to(Error(c.code, "unreachable at 0x1234"));
    EXPECT_EQ(answered.status, c.status);
    EXPECT_EQ(answered.body, c.body);
  }

  auto c = client();
  c.send(request("GET /api"));
  auto event = events.next();
  hermes::testing::end(event, EventOutcome::AppStopped);
  EXPECT_EQ(c.receive().status, 503U);
}

TEST_F(HttpGatewayTest, AnswersForTheEngineThatRefuses) {
  for (const auto code : {Code::Busy, Code::LimitReached, Code::Stopping, Code::NotFound}) {
    events.refuse(Error(code, "the queue is full"));
    const auto refused = get("GET /api");
    EXPECT_EQ(refused.status, 503U);
    EXPECT_EQ(refused.header("retry-after"), "1");
    EXPECT_THAT(refused.body, Not(HasSubstr("queue")));
  }
}

TEST_F(HttpGatewayTest, PassesNothingOnThatIsNoResponse) {
  const Reply replies[] = {answer(101, ""), answer(0, ""), answer(200, std::string(101, 'x')),
                           Http{{200, {{"a", {"1\r\nb: 2"}}}, {}}}};
  for (const auto& reply : replies) {
    const auto answered = answer_to(some(reply));
    EXPECT_EQ(answered.status, 502U);
    EXPECT_EQ(answered.header("b"), "");
  }
  const auto records = log.take();
  ASSERT_EQ(records.size(), std::size(replies));
  EXPECT_EQ(records[0].level, log::Level::Warn);
  EXPECT_EQ(records[0].component, "http_gateway");
  EXPECT_EQ(records[0].app, "local:board");
  EXPECT_EQ(records[0].module, "first");
  EXPECT_EQ(records[0].context, "GET /api");
  EXPECT_EQ(records[0].message,
            "answered 502, since the reply is no response: the status 101 is not from 200 to 599");
}

TEST_F(HttpGatewayTest, LimitsWhatAClientSends) {
  EXPECT_EQ(client()
                .exchange("PUT /api HTTP/1.1\r\nHost: board.localhost\r\n"
                          "Content-Length: 101\r\n\r\n")
                .status,
            413U);
  EXPECT_TRUE(events.is_empty());
}

TEST_F(HttpGatewayTest, LimitsWhatAllClientsSendTogether) {
  restart({.port = 0, .body_bytes = 1'000, .collected_bytes = 100});
  const auto post = [&](std::size_t size) {
    return concat(
        "POST /api HTTP/1.1\r\nHost: board.localhost\r\nTransfer-Encoding: chunked\r\n\r\n",
        size == 50 ? "32" : "c8", "\r\n", std::string(size, 'x'), "\r\n0\r\n\r\n");
  };
  const auto refused = client().exchange(post(200));
  EXPECT_EQ(refused.status, 503U);
  EXPECT_THAT(refused.body, HasSubstr("too many bodies"));
  auto c = client();
  c.send(post(50));
  auto event = events.next();
  EXPECT_TRUE(deliver(event, some(answer(200, "taken")))) << "the other's part was given back";
  EXPECT_EQ(c.receive().body, "taken");
}

TEST_F(HttpGatewayTest, WithdrawsWhatNobodyWaitsFor) {
  auto gone = client();
  gone.send(request("GET /api"));
  auto event = events.next();
  gone.reset();
  EXPECT_EQ(get("GET /").status, 200U) << "on the same reactor, so that the reset has been seen";
  EXPECT_FALSE(deliver(event, some(answer(200, "late"))));
  EXPECT_TRUE(events.is_empty()) << "and no other module is asked";
}

TEST_F(HttpGatewayTest, AnswersWhatIsInProgressWhenItQuiesces) {
  auto c = client();
  c.send(request("GET /api"));
  auto event = events.next();
  auto idle = client();
  EXPECT_EQ(idle.exchange(request("GET /")).status, 200U);
  extension->quiesce();
  EXPECT_TRUE(idle.is_closed());
  EXPECT_TRUE(deliver(event, some(answer(200, "last"))));
  const auto last = c.receive();
  EXPECT_EQ(last.body, "last");
  EXPECT_EQ(last.header("connection"), "close");
  EXPECT_TRUE(c.is_closed());
}

TEST_F(HttpGatewayTest, KeepsWhatWentWrongInsideToItself) {
  const auto answered = answer_to(Error(Code::Corrupt, "secret at 0x1234"));
  EXPECT_EQ(answered.status, 500U);
  EXPECT_THAT(answered.body, Not(HasSubstr("secret")));
  const auto records = log.take_messages();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_THAT(records.front(), HasSubstr("secret at 0x1234"));
  const auto id = answered.body.substr(answered.body.rfind(' ') + 1, 16);
  EXPECT_THAT(records.front(), HasSubstr(concat("request ", id)));
}

TEST_F(HttpGatewayTest, ChecksABodyBySchema) {
  change_to(R"({"endpoints": [{"module": "first", "path": "/notes", "methods": ["POST"],
      "body_schema": {"type": "object", "required": ["text"],
                      "properties": {"text": {"type": "string"}}}}]})");
  const auto post = [&](std::string_view body) {
    return client().exchange(
        concat("POST /notes HTTP/1.1\r\nHost: board.localhost\r\n"
               "Content-Type: application/json\r\nContent-Length: ",
               body.size(), "\r\n\r\n", body));
  };
  const auto wrong = post(R"({"text": 1})");
  EXPECT_EQ(wrong.status, 400U);
  EXPECT_EQ(wrong.body,
            "400 Bad Request: the body is not as it should be: /text: expected a value of type "
            "\"string\"\n");
  EXPECT_EQ(post("{").status, 400U);
  EXPECT_EQ(post("").status, 400U);
  EXPECT_TRUE(events.is_empty());
  auto c = client();
  c.send(
      "POST /notes HTTP/1.1\r\nHost: board.localhost\r\nContent-Type: application/json\r\n"
      "Transfer-Encoding: chunked\r\n\r\n");
  c.send("5\r\n{\"tex\r\n");
  c.send("8\r\nt\": \"a\"}\r\n0\r\n\r\n");
  auto event = events.next();
  deliver(event, some(answer(200, "")));
  EXPECT_EQ(c.receive().status, 200U);
}

TEST_F(HttpGatewayTest, SaysToModulesWhatOnlyItKnows) {
  auto c = client();
  c.send(
      "GET /api HTTP/1.1\r\nHost: board.localhost\r\nX-Hermes-User: root\r\n"
      "x-hermes-request-id: 1\r\nX-Forwarded-For: 6.6.6.6\r\nForwarded: for=6.6.6.6\r\n"
      "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n\r\n");
  auto event = events.next();
  std::map<std::string, std::vector<std::string>> headers;
  for (const auto& [name, values] : event.as<ReplyEvent>().headers) headers[name] = values;
  EXPECT_FALSE(headers.contains("x-hermes-user"));
  EXPECT_FALSE(headers.contains("x-forwarded-for"));
  EXPECT_FALSE(headers.contains("forwarded"));
  EXPECT_THAT(headers["x-hermes-client-address"], ElementsAre("127.0.0.1"));
  ASSERT_EQ(headers["x-hermes-request-id"].size(), 1U);
  EXPECT_THAT(headers["traceparent"],
              ElementsAre(concat("00-4bf92f3577b34da6a3ce929d0e0e4736-",
                                 headers["x-hermes-request-id"][0], "-01")));
  deliver(event, some(answer(200, "")));
}

TEST_F(HttpGatewayTest, BelievesAProxyThatItTrusts) {
  restart({.port = 0, .trusted_proxies = "127.0.0.0/8"});
  auto c = client();
  c.send("GET /api HTTP/1.1\r\nHost: board.localhost\r\nX-Forwarded-For: 203.0.113.7\r\n\r\n");
  auto event = events.next();
  const auto& headers = event.as<ReplyEvent>().headers;
  EXPECT_THAT(headers, Contains(Header("x-hermes-client-address", {"203.0.113.7"})));
  EXPECT_THAT(headers, Contains(Header("x-forwarded-for", {"203.0.113.7"})));
  deliver(event, some(answer(200, "")));
}

TEST_F(HttpGatewayTest, LimitsHowOftenAClientAsks) {
  restart({.port = 0, .trusted_proxies = "127.0.0.1", .client_rate = 2});
  const auto ask = [&](std::string_view address) {
    return client().exchange(
        concat("GET / HTTP/1.1\r\nHost: board.localhost\r\n"
               "X-Forwarded-For: ",
               address, "\r\n\r\n"));
  };
  EXPECT_EQ(ask("203.0.113.7").status, 200U);
  EXPECT_EQ(ask("203.0.113.7").status, 200U);
  const auto refused = ask("203.0.113.7");
  EXPECT_EQ(refused.status, 429U);
  EXPECT_EQ(refused.header("retry-after"), "1");
  EXPECT_EQ(ask("203.0.113.8").status, 200U) << "another client";
}

TEST_F(HttpGatewayTest, LimitsHowOftenAnAppIsAsked) {
  restart({.port = 0, .app_rate = 1});
  EXPECT_EQ(get("GET /").status, 200U);
  EXPECT_EQ(get("GET /").status, 429U);
  EXPECT_EQ(get("GET /.well-known/hermes/live").status, 200U);
  EXPECT_EQ(get("GET /", "none.localhost").status, 421U);
}

TEST_F(HttpGatewayTest, TellsWhetherItLivesAndIsReady) {
  EXPECT_EQ(get("GET /.well-known/hermes/live", "10.0.0.1").status, 200U);
  const auto starting = get("GET /.well-known/hermes/ready", "10.0.0.1");
  EXPECT_EQ(starting.status, 503U);
  EXPECT_EQ(starting.header("retry-after"), "1");
  is_ready = true;
  EXPECT_EQ(get("GET /.well-known/hermes/ready", "").status, 200U);
}

TEST_F(HttpGatewayTest, LetsOtherOriginsReadWhatTheManifestSays) {
  change_to(R"({"cors": {"origins": ["https://a.example"], "methods": ["GET", "PUT"]}})");
  const auto from = [&](std::string_view line, std::string_view origin) {
    return client().exchange(concat(line, " HTTP/1.1\r\nHost: board.localhost\r\nOrigin: ", origin,
                                    "\r\nAccess-Control-Request-Method: PUT\r\n\r\n"));
  };
  const auto asked = from("OPTIONS /api", "https://a.example");
  EXPECT_EQ(asked.status, 204U);
  EXPECT_EQ(asked.header("access-control-allow-origin"), "https://a.example");
  EXPECT_EQ(asked.header("access-control-allow-methods"), "GET, PUT");
  EXPECT_EQ(from("GET /", "https://a.example").header("access-control-allow-origin"),
            "https://a.example");
  EXPECT_EQ(from("GET /", "https://b.example").header("access-control-allow-origin"), "");
  EXPECT_EQ(from("GET /none", "https://a.example").header("access-control-allow-origin"),
            "https://a.example")
      << "also of an error";
}

TEST(HttpGateway, SaysThatItsPortIsTaken) {
  hermes::testing::ReactorThread thread;
  AwaitedEvents events;
  hermes::testing::RecordingLog log;
  io::Reactor* const reactors[] = {&thread.reactor()};
  hermes::testing::ManualTime time{UtcTime()};
  const Services services{.clock = time, .events = events, .log = log, .reactors = reactors};
  const auto first = make({.port = 0}, services);
  ASSERT_TRUE(first->start());
  const auto url = log.take_messages().at(0).substr(sizeof("listening on http://") - 1);
  const auto port = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
  const auto second = make({.port = port}, services);
  EXPECT_EQ(second->start().error().message(),
            concat("cannot listen on ", url, ": address already in use"));
  thread.join();
}

}  // namespace
}  // namespace hermes::http_gateway
