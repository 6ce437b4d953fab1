#include "extensions/http_gateway/http_gateway.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>

#include "base/strings.h"
#include "testing/http_client.h"
#include "testing/posted_events.h"
#include "testing/reactor_thread.h"
#include "testing/recording_log.h"
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
using wit::http_gateway::Header;
using wit::http_gateway::ReplyEvent;
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
    thread.join();
  }

  static runtime::App board() {
    return {.id = "local:board",
            .name = "board",
            .modules = {replies("first"), {"idle", "", ""}, replies("second")},
            .www = std::make_shared<OnePage>(),
            .manifest = *json::Document::parse(R"({"http": {"endpoints": [
                {"id": "hook", "module": "second", "methods": ["POST"], "path": "/hook/[a-z]+",
                 "content_types": ["application/json"]}]}})",
                                               "app.json")};
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
  std::unique_ptr<runtime::Extension> extension =
      make({.port = 0, .body_bytes = 100, .response_bytes = 100}, events, log, reactors);
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
      {Code::GuestFailed, 500, "500 Internal Server Error: the application failed\n"},
      {Code::TimedOut, 504, "504 Gateway Timeout: the application took too long\n"},
      {Code::Stopping, 503, "503 Service Unavailable: the application is stopping\n"},
  };
  for (const auto& c : cases) {
    const auto answered = answer_to(Error(c.code, "unreachable at 0x1234"));
    EXPECT_EQ(answered.status, c.status);
    EXPECT_EQ(answered.body, c.body);
  }
  EXPECT_EQ(answer_to(some(InternalRedirect{"http://a/"})).status, 501U);

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

TEST(HttpGateway, SaysThatItsPortIsTaken) {
  hermes::testing::ReactorThread thread;
  AwaitedEvents events;
  hermes::testing::RecordingLog log;
  io::Reactor* const reactors[] = {&thread.reactor()};
  const auto first = make({.port = 0}, events, log, reactors);
  ASSERT_TRUE(first->start());
  const auto url = log.take_messages().at(0).substr(sizeof("listening on http://") - 1);
  const auto port = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
  const auto second = make({.port = port}, events, log, reactors);
  EXPECT_EQ(second->start().error().message(),
            concat("cannot listen on ", url, ": address already in use"));
  thread.join();
}

}  // namespace
}  // namespace hermes::http_gateway
