// Order is proved, not assumed, with real components: random events of random sources at random
// modules, whose calls wait, run for several slices, trap, run out of time, and are withdrawn or
// cancelled, one by one and with their app. The same on calls written in C++, which the thread
// sanitizer can follow: src/runtime/order_test.cc.

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/guarded.h"
#include "testing/engine/engine_fixture.h"
#include "testing/order_ledger.h"
#include "testing/other_thread.h"
#include "wit/hermes/http_request.h"

namespace hermes::testing {
namespace {

using namespace std::chrono_literals;
using wit::http_request::ErrorCode;
using wit::http_request::OnHttpResponse;

#ifdef HERMES_SANITIZED
constexpr int kEvents = 5'000;
#else
constexpr int kEvents = 100'000;
#endif
constexpr int kPosters = 2;
constexpr int kMostPending = 1'000;

// Tells the guest what to do.
class Dice final : public runtime::Extension, public wit::http_request::Api {
 public:
  using Reply = wasm::Reply<Expected<void, ErrorCode>>;

  explicit Dice(OrderLedger& ledger) : ledger_(ledger) {}

  std::string_view name() const override { return "dice"; }
  Result<> link(wasm::Linker& linker) override {
    return linker.provide<wit::http_request::Api>(*this);
  }

  void send(wit::http_request::CallContext& call, wit::http_request::Payload asked,
            Reply reply) override {
    ledger_.begins(std::string(asked.body.begin(), asked.body.end()), call.module());
    const auto thrown = random_number();
    switch (thrown % 16) {
      case 0:
        return reply(Unexpected(ErrorCode::Internal));
      case 1:
        return reply.fail(Error(Code::GuestFailed, "the host says no"));
      case 2:
        if (thrown / 16 % 32 != 0) break;
        return reply(Unexpected(ErrorCode::MissingScheme));
      case 3:
        if (thrown / 16 % 512 != 0) break;
        return unanswered_.with([&](auto& all) { all.push_back(std::move(reply)); });
      case 4:
      case 5:
      case 6:
        return other_thread_.run(
            [reply = std::move(reply)]() mutable { reply(Expected<void, ErrorCode>()); });
      default:
        break;
    }
    reply(Expected<void, ErrorCode>());
  }

 private:
  OrderLedger& ledger_;
  Guarded<std::vector<Reply>> unanswered_;
  OtherThread other_thread_;
};

class ProofTest : public EngineFixture {
 protected:
  void post_one() {
    auto& lane = ledger.any_lane();
    const std::lock_guard lock(lane.posting);
    auto entry = std::make_shared<OrderLedger::Entry>(ledger, lane);
    const auto text = entry->text();
    auto ticket = engine->events().post(
        OnHttpResponse{std::nullopt, {text.begin(), text.end()}},
        entry->target(concat("local:", lane.app)), {"test", std::to_string(lane.source)},
        {.on_reply =
             [entry](const Result<>& reply) {
               entry->replied(reply.has_value() ? nullptr : &reply.error());
             },
         .on_done = [entry](runtime::EventOutcome outcome) { entry->done(outcome); }});
    if (!ticket) {
      ++ledger.refused;
      return;
    }
    ledger.accepted_one(lane);
    if (random_number() % 8 == 0 && ticket->withdraw()) entry->withdrawn();
    ledger.keep(*ticket);
    if (random_number() % 8 != 0) return;
    auto any = ledger.any_ticket();
    engine->events().cancel(any);
  }

  void post_all() {
    std::vector<std::jthread> posters;
    posters.reserve(kPosters);
    for (int poster = 0; poster < kPosters; ++poster) {
      posters.emplace_back([this] {
        while (ledger.accepted < kEvents || ledger.refused == 0) {
          while (ledger.accepted - ledger.done > kMostPending) std::this_thread::yield();
          post_one();
        }
      });
    }
    while (ledger.accepted < kEvents * 9 / 10) std::this_thread::yield();
    expect(engine->stop_app("local:0"));
  }

  OrderLedger ledger;
};

TEST_F(ProofTest, HoldsWhateverTheCallsDo) {
  config.grace = 1ms;
  config.call_limits.wall = 200ms;
  start(std::make_unique<Dice>(ledger));
  for (std::size_t app = 0; app < OrderLedger::kApps; ++app) {
    auto dice = app_of(std::to_string(app), {"dice"});
    dice.modules.resize(OrderLedger::kModules, dice.modules.front());
    for (std::size_t i = 0; i < dice.modules.size(); ++i) dice.modules[i].id = std::to_string(i);
    if (app == 1) dice.limits.calls = 3;
    start_app(std::move(dice));
  }
  post_all();
  for (const auto* app : {"local:1", "local:2"}) {
    while (ledger.accepted != ledger.done) std::this_thread::yield();
    expect(engine->stop_app(app));
  }
  EXPECT_EQ(ledger.violations, 0);
  EXPECT_EQ(ledger.done, ledger.accepted);
  EXPECT_GE(ledger.accepted, kEvents);
  EXPECT_GT(ledger.failures, 0);
  EXPECT_GT(ledger.refused, 0);
  EXPECT_GT(ledger.withdrawn, 0);
  EXPECT_GT(ledger.ended, 0);
  EXPECT_GT(ledger.unhandled, 0);
  EXPECT_GT(ledger.most_at_once, 1) << "sources run in parallel";
}

}  // namespace
}  // namespace hermes::testing
