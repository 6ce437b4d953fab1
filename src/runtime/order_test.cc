// Order is proved, not assumed: random events of random sources at random modules, whose calls
// wait, block, yield, trap, run out of time, raise further events and are withdrawn or cancelled,
// one by one and with their app, on several workers. The same with real components:
// testing/engine/proof_test.cc.

#include <gtest/gtest.h>

#include <chrono>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "runtime/scheduler_fixture.h"
#include "testing/order_ledger.h"
#include "testing/other_thread.h"

namespace hermes::runtime {
namespace {

using namespace std::chrono_literals;
using hermes::testing::OrderLedger;
using hermes::testing::random_number;

constexpr int kPosters = 3;
constexpr int kEventsPerPoster = 30'000;  // Half as many more are raised by these.
constexpr int kMostPending = 2'000;
constexpr std::uint32_t kDeepest = 2;

class OrderTest : public SchedulerFixture {
 protected:
  OrderTest() : SchedulerFixture(4) {
    for (std::size_t app = 0; app < OrderLedger::kApps; ++app) {
      std::vector<ScriptedModule> modules;
      modules.reserve(OrderLedger::kModules);
      for (std::size_t module = 0; module < OrderLedger::kModules; ++module) {
        modules.push_back({std::to_string(module), [this](Poll& poll) { return run(poll); }});
      }
      // One of them may have few calls at once.
      apps.push_back(add_open(std::to_string(app), std::move(modules),
                              {.wall = 50ms, .calls = app == 1 ? 3U : 1'000U}));
    }
  }

  // Posts one event, which may later raise others; they end because their depth does.
  void post_one(std::uint32_t depth) {
    auto& lane = ledger.any_lane();
    const std::lock_guard lock(lane.posting);
    auto entry = std::make_shared<OrderLedger::Entry>(ledger, lane);
    auto ticket =
        events().post(Ping{entry->text()}, entry->target(std::to_string(lane.app)),
                      {"test", std::to_string(lane.source)},
                      {.on_reply =
                           [this, entry, depth](const Result<bool>& reply) {
                             entry->replied(reply.has_value() ? nullptr : &reply.error());
                             if (depth < kDeepest && random_number() % 4 == 0) post_one(depth + 1);
                           },
                       .on_done = [entry](EventOutcome outcome) { entry->done(outcome); }},
                      {.depth = depth});
    if (!ticket) {
      ++ledger.refused;
      return;
    }
    ledger.accepted_one(lane);
    if (random_number() % 8 == 0 && ticket->withdraw()) entry->withdrawn();
    ledger.keep(*ticket);
    cancel_one(8);
  }

  // Once in so many times, whatever has become of it.
  void cancel_one(std::uint64_t times) {
    if (random_number() % times != 0) return;
    auto ticket = ledger.any_ticket();
    events().cancel(ticket);
  }

  Progress run(Poll& poll) {
    const auto& text = poll.event.as<Ping>().text;
    poll.count == 0 ? ledger.begins(text, poll.info.module) : ledger.handling(text);
    cancel_one(64);
    switch (poll.count > 6 ? 0 : random_number() % 16) {
      case 0:
        poll.reply = Error(Code::GuestFailed, "trap");
        return Progress::Finished;
      case 1:
      case 2:
      case 3:
        other_thread.run([waker = poll.waker] { waker->wake(); });
        return Progress::Waiting;
      case 4:
        poll.waker->wake();
        return Progress::Waiting;
      case 5:
      case 6:
        return Progress::Yielded;
      case 7:  // Rarely for ever: until it is cancelled.
        return random_number() % 200 == 0 ? Progress::Waiting : Progress::Finished;
      case 8:
        if (random_number() % 100 == 0) {
          poll.block([] { std::this_thread::sleep_for(random_number() % 6'000 * 1us); });
        }
        return Progress::Finished;
      default:
        return Progress::Finished;
    }
  }

  std::vector<std::shared_ptr<RunningApp>> apps;
  OrderLedger ledger;
  hermes::testing::OtherThread other_thread;
};

TEST_F(OrderTest, HoldsWhateverTheCallsDo) {
  start();
  {
    std::vector<std::jthread> posters;
    posters.reserve(kPosters);
    for (int poster = 0; poster < kPosters; ++poster) {
      posters.emplace_back([this, poster] {
        for (int i = 0; i < kEventsPerPoster; ++i) {
          while (ledger.accepted - ledger.done > kMostPending) std::this_thread::yield();
          post_one(0);
          if (poster == 0 && i == kEventsPerPoster * 9 / 10) scheduler.cancel(apps[0]);
        }
      });
    }
  }
  // An app may be raised an event by another, once for each step of depth, after it was idle.
  for (std::uint32_t depth = 0; depth <= kDeepest; ++depth) {
    for (const auto& app : apps) wait_until_idle(*app);
  }
  EXPECT_EQ(ledger.violations, 0);
  EXPECT_EQ(ledger.done, ledger.accepted);
  EXPECT_GE(ledger.accepted, 100'000);
  EXPECT_GT(ledger.failures, 0);
  EXPECT_GT(ledger.refused, 0);
  EXPECT_GT(ledger.withdrawn, 0);
  EXPECT_GT(ledger.ended, 0);
  EXPECT_GT(ledger.unhandled, 0);
  EXPECT_GT(ledger.most_at_once, 1) << "sources run in parallel";
  EXPECT_EQ(scheduler.crew().lanes().size(), 0U);
}

}  // namespace
}  // namespace hermes::runtime
