// wasi:http/incoming-handler: what a guest and the engine do to one exchange.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "testing/engine/engine_fixture.h"
#include "testing/engine/test_exchange.h"
#include "testing/engine/usage.h"

namespace hermes::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using wasm::IncomingRequest;

constexpr std::size_t kMost = 64 << 10;

class IncomingTest : public EngineFixture {
 protected:
  using Future = std::future<Heard<IncomingRequest>>;

  void start_guest(std::chrono::nanoseconds wall = 30s, std::string_view name = "incoming") {
    start();
    auto app = app_of("app", {name});
    app.limits.wall = wall;
    start_app(std::move(app));
  }

  Future post(const std::shared_ptr<TestExchange>& exchange) {
    return EngineFixture::post("app", IncomingRequest{exchange});
  }

  static std::shared_ptr<TestExchange> exchange(std::string target, std::string method = "GET") {
    return std::make_shared<TestExchange>(std::move(target), std::move(method));
  }

  static Result<> only_reply(Future future) {
    auto heard = within_patience(future);
    EXPECT_EQ(heard.outcome, runtime::EventOutcome::Delivered);
    EXPECT_EQ(heard.replies.size(), 1U);
    return std::move(heard.replies.at(0));
  }
};

TEST_F(IncomingTest, AnswersWithHeadAndBody) {
  start_guest();
  const auto hello = exchange("/");
  auto call = post(hello);
  EXPECT_EQ(hello->status(), 200U);
  EXPECT_EQ(hello->head(), "content-type: text/plain\n");
  EXPECT_EQ(hello->read_all(), "hello");
  EXPECT_FALSE(hello->is_cut());
  EXPECT_TRUE(only_reply(std::move(call)));
}

TEST_F(IncomingTest, SeesTheRequest) {
  start_guest();
  const auto echo = exchange("/echo?a=b", "POST");
  echo->set_body("body");
  auto call = post(echo);
  EXPECT_THAT(echo->head(), HasSubstr("x-authority: app.localhost:8080\n"));
  EXPECT_THAT(echo->head(), HasSubstr("x-accept: text/plain\n"));
  EXPECT_THAT(echo->head(), HasSubstr("x-x-two: 1\nx-x-two: 2\n"));
  EXPECT_THAT(echo->head(), Not(HasSubstr("close"))) << "it concerns the connection";
  EXPECT_EQ(echo->read_all(), "body");
  EXPECT_TRUE(only_reply(std::move(call)));
}

TEST_F(IncomingTest, StreamsInBothDirectionsAtOnce) {
  start_guest();
  const auto echo = exchange("/echo", "POST");
  auto& inlet = echo->open_inlet();
  auto call = post(echo);
  EXPECT_EQ(echo->status(), 200U);
  for (const std::string piece : {"one", "two", "three"}) {
    EXPECT_FALSE(inlet.push(piece, kMost));
    EXPECT_EQ(echo->read(), piece) << "before more of the request is there";
  }
  inlet.end();
  EXPECT_EQ(echo->read(), std::nullopt);
  EXPECT_FALSE(echo->is_cut());
  EXPECT_TRUE(only_reply(std::move(call)));
}

TEST_F(IncomingTest, AClientThatSendsFastWaitsForTheGuest) {
  start_guest();
  const auto count = exchange("/count", "POST");
  auto& inlet = count->open_inlet();
  const std::string piece(kMost, 'x');
  EXPECT_TRUE(inlet.push(piece, kMost)) << "nobody reads yet";
  auto call = post(count);
  for (int i = 1; i < 100; ++i) {
    count->wait_until_drained();
    EXPECT_TRUE(inlet.push(piece, kMost));
  }
  inlet.end();
  EXPECT_EQ(count->read_all(), std::to_string(100 * kMost));
  EXPECT_TRUE(only_reply(std::move(call)));
}

TEST_F(IncomingTest, AClientThatReadsSlowlyHoldsTheGuestBack) {
  start_guest(300ms);
  const auto flood = exchange("/flood");
  const auto reply = only_reply(post(flood));
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code(), Code::TimedOut) << "nothing moves";
  for (const auto& line : log.lines()) EXPECT_NE(line.message, "1 MiB");
}

TEST_F(IncomingTest, ItsTimeBeginsAnewWithEachByte) {
  start_guest(200ms);
  const auto ticks = exchange("/ticks");
  runtime::Activity activity;
  std::promise<Result<>> replied;
  expect(engine->events().post(
      IncomingRequest{ticks}, {.app = "local:app"}, {"test", "", true},
      {.on_reply = [&](Result<> reply) { replied.set_value(std::move(reply)); }},
      {.activity = &activity}));
  std::string all;
  const auto begin = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() < begin + 600ms) {
    const auto piece = ticks->read();
    ASSERT_TRUE(piece);
    all += *piece;
    activity.note();
  }
  EXPECT_THAT(all, HasSubstr("data: 20\n")) << "longer than its wall time";
  const auto reply = within_patience(replied.get_future());
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code(), Code::TimedOut);
  ticks->read_all();
  EXPECT_TRUE(ticks->is_cut());
}

TEST_F(IncomingTest, ATrapBeforeTheAnswerIsNone) {
  start_guest();
  const auto trap = exchange("/trap");
  const auto reply = only_reply(post(trap));
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code(), Code::GuestFailed);
  EXPECT_FALSE(trap->has_response());
}

TEST_F(IncomingTest, ATrapWithinTheBodyCutsIt) {
  start_guest();
  const auto trap = exchange("/trap_after");
  auto call = post(trap);
  EXPECT_EQ(trap->status(), 200U);
  EXPECT_EQ(trap->read_all(), "some");
  EXPECT_TRUE(trap->is_cut()) << "it does not look whole";
  EXPECT_FALSE(only_reply(std::move(call)));
}

TEST_F(IncomingTest, ABodyShorterThanItsLengthIsCut) {
  start_guest();
  const auto bad = exchange("/bad_length");
  auto call = post(bad);
  EXPECT_EQ(bad->read_all(), "too short");
  EXPECT_TRUE(bad->is_cut());
  EXPECT_TRUE(only_reply(std::move(call)));
}

TEST_F(IncomingTest, AGuestMayEndWithoutAnAnswer) {
  start_guest();
  const auto nothing = exchange("/nothing");
  EXPECT_TRUE(only_reply(post(nothing)));
  EXPECT_FALSE(nothing->has_response());
  const auto refuse = exchange("/refuse");
  EXPECT_TRUE(only_reply(post(refuse)));
  EXPECT_FALSE(refuse->has_response());
  EXPECT_THAT(refuse->refusal(), HasSubstr("ConfigurationError"));
}

TEST_F(IncomingTest, ATargetThatIsNoneFailsTheCall) {
  start_guest();
  const auto reply = only_reply(post(exchange("no path")));
  ASSERT_FALSE(reply);
  EXPECT_THAT(reply.error().message(), HasSubstr("no valid target"));
}

TEST_F(IncomingTest, ABodyThatIsCutFailsTheGuestsRead) {
  start_guest();
  const auto count = exchange("/count", "POST");
  auto& inlet = count->open_inlet();
  inlet.push("some", kMost);
  inlet.cut(wasm::HttpInlet::Cut::ClientGone);
  auto call = post(count);
  log.wait_for("the body is cut");
  EXPECT_TRUE(only_reply(std::move(call)));
}

TEST_F(IncomingTest, AClientThatIsGoneClosesTheGuestsStream) {
  start_guest();
  const auto ticks = exchange("/ticks");
  auto call = post(ticks);
  EXPECT_EQ(ticks->read(), "data: 0\n\n");
  ticks->drop_response();
  log.wait_for("the client is gone");
  EXPECT_TRUE(only_reply(std::move(call)));
}

TEST_F(IncomingTest, ABodyThatNobodyReadsIsClosed) {
  start_guest();
  const auto hello = exchange("/", "POST");
  auto& inlet = hello->open_inlet();
  EXPECT_TRUE(inlet.push(std::string(kMost, 'x'), kMost));
  EXPECT_TRUE(only_reply(post(hello)));
  hello->wait_until_drained();
  EXPECT_TRUE(inlet.is_closed());
  EXPECT_FALSE(inlet.push(std::string(kMost, 'x'), kMost)) << "it is thrown away";
}

TEST_F(IncomingTest, CallsWaitForTheirInstances) {
  config.calls = 2;
  start_guest();
  std::vector<std::shared_ptr<TestExchange>> exchanges;
  std::vector<Future> calls;
  for (int i = 0; i < 50; ++i) {
    exchanges.push_back(exchange("/echo", "POST"));
    exchanges.back()->set_body(std::to_string(i));
    calls.push_back(post(exchanges.back()));
  }
  for (std::size_t i = 0; i < calls.size(); ++i) {
    EXPECT_TRUE(only_reply(std::move(calls[i])));
    EXPECT_EQ(exchanges[i]->read_all(), std::to_string(i));
  }
}

TEST_F(IncomingTest, AComponentOfAnotherHostRuns) {
  start();
  std::ifstream file(HERMES_BENCH "/hello_wasi_http.wasm", std::ios::binary);
  runtime::App app{.id = "local:app", .name = "app"};
  app.modules.push_back(
      {.id = "hello", .component = {std::istreambuf_iterator(file), {}}, .config = "{}"});
  start_app(std::move(app));
  const auto hello = exchange("/");
  auto call = post(hello);
  EXPECT_EQ(hello->head(), "content-type: text/plain\ncontent-length: 5\n");
  EXPECT_EQ(hello->read_all(), "hello");
  EXPECT_TRUE(only_reply(std::move(call)));
}

TEST_F(IncomingTest, ThousandsOfExchangesLeaveNothingBehind) {
  start_guest();
  const auto run = [&](int times) {
    for (int i = 0; i < times; ++i) {
      const auto echo = exchange("/echo", "POST");
      auto& inlet = echo->open_inlet();
      inlet.push("body", kMost);
      inlet.end();
      auto call = post(echo);
      ASSERT_EQ(echo->read_all(), "body");
      ASSERT_TRUE(only_reply(std::move(call)));
    }
  };
  run(kManyCalls / 10);
  const auto before = Usage::now();
  run(kManyCalls / 2);
  expect_nothing_left(before);
}

}  // namespace
}  // namespace hermes::testing
