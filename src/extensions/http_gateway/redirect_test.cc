#include "extensions/http_gateway/redirect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <future>
#include <memory>
#include <string>

#include "base/strings.h"
#include "extensions/http_gateway/gateway_fixture.h"
#include "testing/servers/scripted_server.h"

namespace hermes::http_gateway {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class RedirectTest : public HttpGatewayTest {
 protected:
  std::string url(const hermes::testing::ScriptedServer& server, std::string_view path) {
    return concat("http://127.0.0.1:", server.port(), path);
  }

  void allow(const hermes::testing::ScriptedServer& server) {
    change_to(concat(R"({"redirects": [")", url(server, "/v1/"), R"("]})"),
              {concat("outbound:127.0.0.1:", server.port())});
  }

  // A client whose request is redirected there.
  std::unique_ptr<HttpClient> begin(std::string url, std::string_view method = "GET",
                                    std::string_view more = {}) {
    auto c = std::make_unique<HttpClient>(port);
    c->send(concat(method, " /api HTTP/1.1\r\nHost: board.localhost\r\n", more, "\r\n"));
    auto event = events.next();
    deliver(event, some(InternalRedirect{std::move(url)}));
    return c;
  }

  HttpAnswer redirected(std::string url, std::string_view more = {}) {
    return begin(std::move(url), "GET", more)->receive();
  }
};

TEST_F(RedirectTest, FetchesAndRelays) {
  std::string seen;
  hermes::testing::ScriptedServer server([&](hermes::testing::Visitor& visitor) {
    seen = visitor.request();
    visitor.send(
        "HTTP/1.1 203 Fine\r\nContent-Type: text/x\r\nConnection: keep-alive, X-Hop\r\n"
        "X-Hop: 1\r\nKeep-Alive: timeout=5\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5\r\nhello\r\n0\r\n\r\n");
    visitor.wait_for_end();
  });
  allow(server);
  const auto answered = redirected(url(server, "/v1/a?b"),
                                   "Accept: text/x\r\nCookie: secret\r\nAuthorization: secret\r\n");
  EXPECT_EQ(answered.status, 203U);
  EXPECT_EQ(answered.header("content-type"), "text/x");
  EXPECT_EQ(answered.header("x-hop"), "");
  EXPECT_EQ(answered.header("keep-alive"), "");
  EXPECT_EQ(answered.body, "hello");
  EXPECT_THAT(seen, ::testing::StartsWith("GET /v1/a?b HTTP/1.1\r\n"));
  EXPECT_THAT(seen, HasSubstr("accept: text/x\r\n"));
  EXPECT_THAT(seen, HasSubstr("via: 1.1 hermes-"));
  EXPECT_THAT(seen, HasSubstr("traceparent: 00-"));
  EXPECT_THAT(seen, Not(HasSubstr("secret")));
}

TEST_F(RedirectTest, RelaysWhatComesAsItComes) {
  std::promise<void> is_heard;
  hermes::testing::ScriptedServer server([&](hermes::testing::Visitor& visitor) {
    visitor.request();
    visitor.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
    is_heard.get_future().wait();
    visitor.send("6\r\nsecond\r\n0\r\n\r\n");
    visitor.wait_for_end();
  });
  allow(server);
  auto c = begin(url(server, "/v1/events"));
  const auto head = c->receive(true);
  EXPECT_EQ(head.status, 200U);
  EXPECT_EQ(head.header("transfer-encoding"), "chunked");
  EXPECT_EQ(c->chunk(), "first");
  is_heard.set_value();
  EXPECT_EQ(c->chunk(), "second");
  EXPECT_EQ(c->chunk(), "");
}

// More than the gateway, and the sockets on its both sides, could hold for a client that waits.
TEST_F(RedirectTest, TakesNoMoreThanTheClientDoes) {
  constexpr std::size_t kAhead = std::size_t{40} << 20;
  const std::string piece(std::size_t{1} << 20, 'x');
  const std::size_t size = 4 * kAhead;
  std::atomic<std::size_t> sent = 0;
  hermes::testing::ScriptedServer server([&](hermes::testing::Visitor& visitor) {
    visitor.request();
    visitor.send(concat("HTTP/1.1 200 OK\r\nContent-Length: ", size, "\r\n\r\n"));
    for (; sent < size; sent += piece.size()) visitor.send(piece);
    visitor.wait_for_end();
  });
  allow(server);
  auto c = begin(url(server, "/v1/large"));
  EXPECT_EQ(c->receive(true).header("content-length"), std::to_string(size));
  for (std::size_t received = 0; received < size; received += piece.size()) {
    ASSERT_LE(sent, received + kAhead);
    ASSERT_EQ(c->take_exactly(piece.size()), piece);
  }
}

TEST_F(RedirectTest, TellsTheClientThatAResponseBrokeOff) {
  hermes::testing::ScriptedServer server([](hermes::testing::Visitor& visitor) {
    visitor.request();
    visitor.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
  });
  allow(server);
  auto c = begin(url(server, "/v1/a"));
  EXPECT_EQ(c->receive(true).header("content-length"), "10");
  EXPECT_EQ(c->take_exactly(10), "half");
  EXPECT_THAT(log.take_messages(), Contains(HasSubstr("a redirect broke off")));
}

TEST_F(RedirectTest, EndsWithTheClient) {
  std::promise<void> is_over;
  hermes::testing::ScriptedServer server([&](hermes::testing::Visitor& visitor) {
    visitor.request();
    visitor.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    visitor.wait_for_end();
    is_over.set_value();
  });
  allow(server);
  auto c = begin(url(server, "/v1/a"));
  EXPECT_EQ(c->receive(true).status, 200U);
  c->reset();
  is_over.get_future().wait();
}

TEST_F(RedirectTest, SaysHowLargeWhatIsNotSentIs) {
  hermes::testing::ScriptedServer server(
      hermes::testing::answers("HTTP/1.1 200 OK\r\nContent-Length: 1234567890\r\n\r\n"));
  allow(server);
  auto c = begin(url(server, "/v1/a"), "HEAD");
  EXPECT_EQ(c->receive(true).header("content-length"), "1234567890");
}

TEST_F(RedirectTest, GoesOnlyWhereItMay) {
  hermes::testing::ScriptedServer server(hermes::testing::answers(hermes::testing::ok("secret")));
  EXPECT_EQ(redirected(url(server, "/v1/a")).status, 502U) << "no redirect is allowed";
  change_to(concat(R"({"redirects": [")", url(server, "/v1/"), R"("]})"));
  EXPECT_EQ(redirected(url(server, "/v1/a")).status, 502U) << "without the permission";
  allow(server);
  EXPECT_EQ(redirected(url(server, "/v1/a")).body, "secret");
  EXPECT_EQ(redirected(url(server, "/v2/a")).status, 502U);
  EXPECT_EQ(redirected(url(server, "/v1/../v2/a")).status, 502U);
  EXPECT_EQ(redirected(concat("http://localhost:", server.port(), "/v1/a")).status, 502U);
  EXPECT_EQ(redirected("file:///etc/passwd").status, 502U);
  EXPECT_EQ(server.connections(), 1U);
  change_to(concat(R"({"redirects": ["http://localhost:)", server.port(), R"(/"]})"),
            {concat("outbound:localhost:", server.port())});
  EXPECT_EQ(redirected(concat("http://localhost:", server.port(), "/")).status, 502U)
      << "a name that leads to a private address";
  EXPECT_EQ(server.connections(), 1U);
}

TEST_F(RedirectTest, FollowsNothingItself) {
  hermes::testing::ScriptedServer server(hermes::testing::answers(
      "HTTP/1.1 302 Found\r\nLocation: /v1/b\r\nContent-Length: 0\r\n\r\n"));
  allow(server);
  const auto answered = redirected(url(server, "/v1/a"));
  EXPECT_EQ(answered.status, 302U);
  EXPECT_EQ(answered.header("location"), "/v1/b");
}

TEST_F(RedirectTest, MakesNoLoop) {
  change_to(concat(R"({"redirects": ["http://127.0.0.1:)", port, R"(/"]})"),
            {concat("outbound:127.0.0.1:", port)});
  auto c = client();
  c.send("GET /api HTTP/1.1\r\nHost: board.localhost\r\n\r\n");
  // The gateway asks itself, and is the default app's.
  auto home = app_with(R"({"default": true, "redirects": ["http://127.0.0.1:)" +
                       std::to_string(port) + R"(/"]})");
  home.id = "local:home";
  home.name = "home";
  home.permissions = {concat("outbound:127.0.0.1:", port)};
  ASSERT_TRUE(extension->app_started(home));
  const auto again = concat("http://127.0.0.1:", port, "/api");
  auto first = events.next();
  deliver(first, some(InternalRedirect{again}));
  auto second = events.next();
  EXPECT_EQ(second.target.app, "local:home");
  deliver(second, some(InternalRedirect{again}));
  EXPECT_EQ(c.receive().status, 508U);
  EXPECT_TRUE(events.is_empty());
}

TEST_F(RedirectTest, SaysThatNobodyIsThere) {
  std::string nobody;
  {
    hermes::testing::ScriptedServer server(hermes::testing::answers(""));
    allow(server);
    nobody = url(server, "/v1/a");
  }
  EXPECT_EQ(redirected(nobody).status, 502U);
  hermes::testing::ScriptedServer broken(hermes::testing::answers("what\r\n\r\n"));
  allow(broken);
  EXPECT_EQ(redirected(url(broken, "/v1/a")).status, 502U);
}

}  // namespace
}  // namespace hermes::http_gateway
