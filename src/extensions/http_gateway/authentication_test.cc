#include "extensions/http_gateway/authentication.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/strings.h"
#include "extensions/http_gateway/gateway_fixture.h"

namespace hermes::http_gateway {
namespace {

using runtime::EventOutcome;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;
using wit::http_gateway::Header;
using wit::http_gateway::ValidateAuth;

class AuthenticationTest : public HttpGatewayTest {
 protected:
  void SetUp() override {
    HttpGatewayTest::SetUp();
    change_to(R"({"auth": {"module": "second", "api": "required", "files": "optional"},
                  "endpoints": [{"module": "first", "path": "/open"}]})");
  }

  // What the client gets for a request, when the authenticator answers so and is not let pass.
  HttpAnswer judged(std::string_view line, Result<std::any> verdict) {
    auto c = client();
    c.send(request(line));
    auto event = events.next();
    EXPECT_EQ(event.handler(), ValidateAuth::kHandler);
    EXPECT_THAT(event.target.modules, ElementsAre("second"));
    deliver(event, std::move(verdict));
    return c.receive();
  }

  static std::any verdict(std::uint16_t code, wit::http_gateway::Headers headers = {}) {
    return std::any(ValidateAuth::Reply(HttpResponse{code, std::move(headers), {'n', 'o'}}));
  }
  static std::any nothing() { return std::any(ValidateAuth::Reply()); }
};

TEST_F(AuthenticationTest, LetsPassWhomTheModuleKnows) {
  auto c = client();
  c.send("GET /api HTTP/1.1\r\nHost: board.localhost\r\nAuthorization: secret\r\n\r\n");
  auto asked = events.next();
  const auto& question = asked.as<ValidateAuth>().request;
  EXPECT_THAT(question.headers, Contains(Header("authorization", {"secret"})));
  EXPECT_EQ(question.auth_level.index(), 0U) << "required";
  deliver(asked, verdict(200, {{"X-Hermes-User", {"ada"}}, {"x-other", {"1"}}}));
  auto event = events.next();
  EXPECT_EQ(event.handler(), ReplyEvent::kHandler);
  const auto& headers = event.as<ReplyEvent>().headers;
  EXPECT_THAT(headers, Contains(Header("x-hermes-user", {"ada"})));
  EXPECT_THAT(headers, Not(Contains(Header("x-other", {"1"}))));
  deliver(event, some(answer(200, "in")));
  EXPECT_EQ(c.receive().body, "in");
}

TEST_F(AuthenticationTest, IsOfTheVersionThatAnswers) {
  auto c = client();
  c.send(request("GET /api"));
  auto asked = events.next();
  deliver(asked, verdict(200, {{"X-Hermes-User", {"ada"}}}));
  auto event = events.next();
  change_to(R"({"auth": {"module": "first", "api": "required"}})");
  hermes::testing::end(event, EventOutcome::NoHandler);
  auto again = events.next();
  EXPECT_EQ(again.handler(), ValidateAuth::kHandler);
  EXPECT_THAT(again.target.modules, ElementsAre("first"));
  EXPECT_THAT(again.as<ValidateAuth>().request.headers,
              Not(Contains(Header("x-hermes-user", {"ada"}))));
  change_to(R"({"auth": {"module": "second", "api": "required"}})");
  hermes::testing::end(again, EventOutcome::NoHandler);
  auto last = events.next();
  EXPECT_THAT(last.target.modules, ElementsAre("second"));
  deliver(last, verdict(403));
  EXPECT_EQ(c.receive().status, 403U);
}

TEST_F(AuthenticationTest, DeniesAllOthers) {
  EXPECT_EQ(judged("GET /api", nothing()).status, 401U);
  const auto told = judged("GET /api", verdict(403, {{"www-authenticate", {"Basic"}}}));
  EXPECT_EQ(told.status, 403U);
  EXPECT_EQ(told.header("www-authenticate"), "Basic");
  EXPECT_EQ(told.body, "no");
  EXPECT_EQ(judged("GET /api", verdict(204)).status, 204U) << "only 200 lets pass";
  EXPECT_EQ(judged("GET /api", Error(Code::GuestFailed, "unreachable")).status, 502U);
  EXPECT_EQ(judged("GET /api", Error(Code::TimedOut, "late")).status, 504U);
  EXPECT_EQ(judged("GET /api", verdict(99)).status, 502U);
  EXPECT_EQ(judged("GET /api", verdict(200, {{"x-hermes-a", {"1\r\nb: 2"}}})).status, 502U);
  EXPECT_TRUE(events.is_empty());
  auto c = client();
  c.send(request("GET /api"));
  auto event = events.next();
  hermes::testing::end(event, EventOutcome::NoHandler);
  EXPECT_EQ(c.receive().status, 500U) << "a module that is none";
  events.refuse(Error(Code::Busy, "the queue is full"));
  EXPECT_EQ(get("GET /api").status, 503U);
}

TEST_F(AuthenticationTest, MayLetPassWhomNobodyKnows) {
  EXPECT_EQ(judged("GET /", nothing()).body, "<h1>board</h1>");
  EXPECT_EQ(judged("GET /", verdict(200)).body, "<h1>board</h1>");
  EXPECT_EQ(judged("GET /", verdict(403)).status, 403U);
  EXPECT_EQ(judged("GET /", Error(Code::GuestFailed, "unreachable")).status, 502U);
  EXPECT_EQ(judged("GET /", Error(Code::TimedOut, "late")).status, 504U);
  auto c = client();
  c.send(request("GET /open"));
  auto event = events.next();
  EXPECT_EQ(event.handler(), ReplyEvent::kHandler) << "nobody is asked";
  deliver(event, some(answer(200, "")));
}

TEST_F(AuthenticationTest, IsNotGotAroundByAnotherSpelling) {
  change_to(R"({"auth": {"module": "second"},
                "endpoints": [{"module": "first", "path": "/api/admin", "auth": "required"}]})");
  for (const auto* path :
       {"/api/admin", "/api/%61dmin", "/%61pi/admin", "/api/./admin", "/api/x/../admin",
        "/x/%2e%2e/api/admin", "//api/admin", "/api//admin"}) {
    EXPECT_EQ(judged(concat("GET ", path), nothing()).status, 401U) << path;
  }
}

TEST_F(AuthenticationTest, IsOfThePathThatTheModuleGets) {
  auto c = client();
  c.send(request("GET /x/..//open?a/../b"));
  auto event = events.next();
  EXPECT_EQ(event.handler(), ReplyEvent::kHandler);
  EXPECT_EQ(event.as<ReplyEvent>().path, "/open?a/../b");
  deliver(event, some(answer(200, "")));
}

TEST_F(AuthenticationTest, RemembersOnlyWhatTheManifestSays) {
  EXPECT_EQ(judged("GET /", verdict(200)).status, 200U);
  EXPECT_EQ(judged("GET /", verdict(200)).status, 200U) << "asked again";
  change_to(R"({"auth": {"module": "second", "files": "required",
                         "cache": {"seconds": 30, "headers": ["Authorization"]}}})");
  const auto with = [](std::string_view secret) {
    return concat("GET / HTTP/1.1\r\nHost: board.localhost\r\nAuthorization: ", secret, "\r\n\r\n");
  };
  const auto first = [&](std::string_view secret, std::any said) {
    auto c = client();
    c.send(with(secret));
    auto event = events.next();
    deliver(event, std::move(said));
    return c.receive().status;
  };
  EXPECT_EQ(first("ada", verdict(200)), 200U);
  EXPECT_EQ(client().exchange(with("ada")).status, 200U) << "nobody is asked";
  EXPECT_EQ(first("eve", verdict(403)), 403U);
  EXPECT_EQ(first("eve", verdict(403)), 403U) << "a refusal is not kept";
  time.advance(std::chrono::seconds(30));
  EXPECT_EQ(first("ada", verdict(403)), 403U) << "it is over";
}

}  // namespace
}  // namespace hermes::http_gateway
