#include "extensions/http_gateway/http_gateway.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <set>

#include "base/strings.h"
#include "net/outbound.h"
#include "testing/http_client.h"
#include "testing/manual_time.h"
#include "testing/posted_events.h"
#include "testing/reactor_thread.h"
#include "testing/recording_log.h"
#include "testing/servers/scripted_server.h"
#include "wit/hermes/http_gateway.h"

namespace hermes::http_gateway {
namespace {

using hermes::testing::deliver;
using hermes::testing::HttpAnswer;
using hermes::testing::HttpClient;
using runtime::EventOutcome;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using wit::http_gateway::Header;
using wit::http_gateway::HttpResponse;
using wit::http_gateway::ReplyEvent;
using wit::http_gateway::ValidateAuth;
using wit::http_gateway::http_gateway_response::Http;
using wit::http_gateway::http_gateway_response::InternalRedirect;

using Reply = ReplyEvent::Reply;

// Keeps what the gateway posts from its reactors' threads, for the test to wait for.
class AwaitedEvents final : public runtime::Events {
 public:
  runtime::Event next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !accepted_.empty(); });
    auto event = std::move(accepted_.front());
    accepted_.pop_front();
    return event;
  }

  bool is_empty() {
    std::lock_guard lock(mutex_);
    return accepted_.empty();
  }

  void refuse(std::optional<Error> why) {
    std::lock_guard lock(mutex_);
    refusal_ = std::move(why);
  }

 private:
  Result<> accept(runtime::Event&& event) override {
    std::lock_guard lock(mutex_);
    if (refusal_) return *refusal_;
    accepted_.push_back(std::move(event));
    changed_.notify_all();
    return {};
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<runtime::Event> accepted_;
  std::optional<Error> refusal_;
};

// One page, held in memory.
class OnePage final : public vfs::Tree {
 public:
  Result<vfs::Kind> kind(std::string_view path) const override {
    if (path == "index.html") return vfs::Kind::File;
    return Error(Code::NotFound, "there is none");
  }
  Result<std::unique_ptr<vfs::File>> open(std::string_view path) const override {
    if (path != "index.html") return Error(Code::NotFound, "there is none");
    return std::unique_ptr<vfs::File>(std::make_unique<Page>());
  }
  Result<std::vector<vfs::Entry>> list(std::string_view) const override {
    return std::vector<vfs::Entry>{{"index.html", vfs::Kind::File}};
  }

 private:
  class Page final : public vfs::File {
    std::uint64_t size() const override { return kText.size(); }
    UtcTime modified() const override { return {}; }
    Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> into) const override {
      return kText.substr(offset).copy(reinterpret_cast<char*>(into.data()), into.size());
    }
    static constexpr std::string_view kText = "<h1>board</h1>";
  };
};

Reply answer(std::uint16_t code, std::string_view body) {
  return Http{{.code = code, .headers = {{"x-app", {"1"}}}, .body = {body.begin(), body.end()}}};
}

std::any some(Reply reply) {
  return std::any(std::move(reply));
}

// A module that handles `reply`.
runtime::ModuleSource replies(std::string_view id) {
  runtime::ModuleSource module;
  module.id = id;
  module.handlers = {std::string(ReplyEvent::kHandler)};
  return module;
}

class HttpGatewayTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto started = extension->start();
    ASSERT_TRUE(started) << started.error().message();
    const auto messages = log.take_messages();
    ASSERT_EQ(messages.size(), 1U);
    ASSERT_THAT(messages.front(), HasSubstr("listening on http://127.0.0.1:"));
    port = static_cast<std::uint16_t>(
        std::stoi(messages.front().substr(messages.front().rfind(':') + 1)));
    ASSERT_TRUE(extension->app_started(board()));
  }
  void TearDown() override {
    extension->quiesce();
    extension->stop();
    outbound->stop();
    thread.join();
  }

  static runtime::App board() {
    return app_with(R"({"endpoints": [
        {"id": "hook", "module": "second", "methods": ["POST"], "path": "/hook/[a-z]+",
         "content_types": ["application/json"]}]})");
  }

  static runtime::App app_with(std::string_view http) {
    runtime::App app{.id = "local:board", .name = "board"};
    app.modules = {
        replies("first"), {.id = "idle", .component = "", .config = ""}, replies("second")};
    app.www = std::make_shared<OnePage>();
    app.manifest = *json::Document::parse(concat(R"({"http": )", http, "}"), "app.json");
    return app;
  }

  void change_to(std::string_view http, std::set<std::string> permissions = {}) {
    auto next = app_with(http);
    next.permissions = std::move(permissions);
    const auto changed = extension->app_changed(board(), next);
    ASSERT_TRUE(changed) << changed.error().message();
  }

  // In place of the one that runs.
  void restart(const Options& options) {
    extension->quiesce();
    extension->stop();
    extension = make(options, services());
    SetUp();
  }

  Services services() {
    return {.clock = time,
            .events = events,
            .log = log,
            .reactors = reactors,
            .outbound = outbound,
            .is_ready = &is_ready};
  }

  HttpClient client() const { return HttpClient(port); }

  static std::string request(std::string_view line, std::string_view host = "board.localhost") {
    return concat(line, " HTTP/1.1\r\nHost: ", host, "\r\n\r\n");
  }

  HttpAnswer get(std::string_view line, std::string_view host = "board.localhost") const {
    return client().exchange(request(line, host));
  }

  // What the client gets for GET /api, when the only module that is asked replies so.
  HttpAnswer answer_to(Result<std::any> reply) {
    auto c = client();
    c.send(request("GET /api"));
    auto event = events.next();
    EXPECT_TRUE(deliver(event, std::move(reply)));
    return c.receive();
  }

  hermes::testing::ReactorThread thread;
  AwaitedEvents events;
  hermes::testing::RecordingLog log;
  io::Reactor* const reactors[1] = {&thread.reactor()};
  hermes::testing::ManualTime time{UtcTime()};
  std::shared_ptr<net::Outbound> outbound = *net::Outbound::open({}, reactors);
  std::atomic<bool> is_ready = false;
  std::unique_ptr<runtime::Extension> extension =
      make({.port = 0, .body_bytes = 100, .response_bytes = 100}, services());
  std::uint16_t port = 0;
};

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

// ---- Authentication.

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

// ---- Internal redirects.

class RedirectTest : public HttpGatewayTest {
 protected:
  std::string url(const hermes::testing::ScriptedServer& server, std::string_view path) {
    return concat("http://127.0.0.1:", server.port(), path);
  }

  void allow(const hermes::testing::ScriptedServer& server) {
    change_to(concat(R"({"redirects": [")", url(server, "/v1/"), R"("]})"),
              {concat("outbound:127.0.0.1:", server.port())});
  }

  HttpAnswer redirected(std::string url, std::string_view more = {}) {
    auto c = client();
    c.send(concat("GET /api HTTP/1.1\r\nHost: board.localhost\r\n", more, "\r\n"));
    auto event = events.next();
    deliver(event, some(InternalRedirect{std::move(url)}));
    return c.receive();
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
