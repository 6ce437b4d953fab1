// Workers whose calls are in blocking sections: other threads drive them meanwhile.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <latch>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "base/guarded.h"
#include "runtime/scheduler_fixture.h"

namespace hermes::runtime {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;

// One worker, and an app "quick" whose calls are answered at once if somebody drives it.
class BlockingTest : public SchedulerFixture {
 protected:
  BlockingTest() : SchedulerFixture(1) {
    start();
    add_open("quick", {{"one", [](Poll&) { return Progress::Finished; }}});
  }

  Crew& crew() { return scheduler.crew(); }
};

TEST_F(BlockingTest, OtherCallsAreAnsweredWhileOneBlocks) {
  const auto app = add_open("app", {{"one", [&](Poll& poll) {
                                       poll.block([&] { EXPECT_TRUE(*call("quick")); });
                                       return Progress::Finished;
                                     }}});
  EXPECT_TRUE(*call("app"));
  wait_until_idle(*app);
  EXPECT_EQ(crew().held(), 0U);
}

TEST_F(BlockingTest, TheReactorRunsWhileACallBlocks) {
  const auto app =
      add_open("app", {{"one", [&](Poll& poll) {
                          poll.block([&] {
                            std::latch handled(1);
                            auto& reactor = *crew().reactors()[0];
                            EXPECT_FALSE(reactor.runs_here());
                            boost::asio::post(reactor.context(), [&] { handled.count_down(); });
                            handled.wait();
                          });
                          EXPECT_TRUE(crew().reactors()[0]->runs_here());
                          return Progress::Finished;
                        }}});
  EXPECT_TRUE(*call("app"));
  wait_until_idle(*app);
}

// What scripts do outside of blocking sections, they do one at a time: `unguarded` needs no lock.
TEST_F(BlockingTest, OneThreadAtATimeDrivesAWorker) {
  constexpr int kCalls = 40;
  constexpr int kRounds = 5;
  int unguarded = 0;
  const auto app = add_open("app", {{"one", [&](Poll& poll) {
                                       ++unguarded;
                                       const auto thread = std::this_thread::get_id();
                                       const bool is_long = (poll.info.execution + 1) % 3 == 0;
                                       poll.block([&] {
                                         if (is_long) {
                                           EXPECT_TRUE(*call("quick"));
                                         }
                                       });
                                       EXPECT_EQ(std::this_thread::get_id(), thread);
                                       ++unguarded;
                                       if (poll.count + 1 == kRounds) return Progress::Finished;
                                       poll.waker->wake();
                                       return Progress::Waiting;
                                     }}});
  for (int i = 0; i < kCalls; ++i) post("app");
  wait_until_idle(*app);
  EXPECT_EQ(unguarded, 2 * kCalls * kRounds);
}

TEST_F(BlockingTest, ManyCallsOfAWorkerBlockAtOnce) {
  constexpr std::size_t kCalls = 8;
  std::latch all_inside(kCalls);
  std::array<std::latch, kCalls> may_leave{std::latch(1), std::latch(1), std::latch(1),
                                           std::latch(1), std::latch(1), std::latch(1),
                                           std::latch(1), std::latch(1)};
  const auto app = add_open("app", {{"one", [&](Poll& poll) {
                                       poll.block([&] {
                                         all_inside.count_down();
                                         may_leave.at(poll.info.execution - 1).wait();
                                       });
                                       return Progress::Finished;
                                     }}});
  std::atomic<int> replies{0};
  for (std::size_t i = 0; i < kCalls; ++i) {
    post("app", "", [&](Result<bool> reply) { replies += reply.has_value(); });
  }
  all_inside.wait();
  EXPECT_TRUE(*call("quick"));
  for (const auto i : std::to_array<std::size_t>({3, 0, 7, 1, 2, 6, 5, 4})) {
    may_leave.at(i).count_down();
    EXPECT_TRUE(*call("quick"));
  }
  wait_until_idle(*app);
  EXPECT_EQ(replies, 8);
}

TEST_F(BlockingTest, ACallBlocksAgainAndAgain) {
  const auto app = add_open("app", {{"one", [&](Poll& poll) {
                                       for (int i = 0; i < 5; ++i) {
                                         poll.block([&] { EXPECT_TRUE(*call("quick")); });
                                       }
                                       return Progress::Finished;
                                     }}});
  EXPECT_TRUE(*call("app"));
  wait_until_idle(*app);
}

TEST_F(BlockingTest, TheFirstModuleMayBlock) {
  std::atomic<int> called{0};
  const auto app = add_open("app", {{"one",
                                     [&](Poll& poll) {
                                       poll.block([&] { EXPECT_TRUE(*call("quick")); });
                                       return Progress::Finished;
                                     }},
                                    {"two", [&](Poll&) {
                                       ++called;
                                       return Progress::Finished;
                                     }}});
  post("app");
  post("app");
  wait_until_idle(*app);
  EXPECT_EQ(called, 2);
}

TEST_F(BlockingTest, AnEventRaisedInsideGoesToTheAppThatStops) {
  Promise<int> inside;
  std::latch draining(1);
  std::atomic<bool> accepted{false};
  const auto app = add_open("app", {{"one", [&](Poll& poll) {
                                       if (poll.event.as<Ping>().text == "child") {
                                         return Progress::Finished;
                                       }
                                       poll.block([&] {
                                         EXPECT_TRUE(*call("quick"));
                                         inside.set(1);
                                         draining.wait();
                                         accepted = call("app", "child").has_value();
                                       });
                                       return Progress::Finished;
                                     }}});
  post("app", "parent");
  inside.get();
  app->drain();
  draining.count_down();
  wait_until_idle(*app);
  EXPECT_TRUE(accepted);
}

TEST_F(BlockingTest, AWakeInTheMeantimeIsNotLost) {
  const auto app = add_open("app", {{"one", [&](Poll& poll) {
                                       if (poll.count == 1) return Progress::Finished;
                                       poll.block([&] {
                                         EXPECT_TRUE(*call("quick"));
                                         poll.waker->wake();
                                         EXPECT_TRUE(*call("quick"));
                                       });
                                       return Progress::Waiting;
                                     }}});
  EXPECT_TRUE(*call("app"));
  wait_until_idle(*app);
}

TEST_F(BlockingTest, EndsOutOfTimeWhenItReturnsTooLate) {
  const auto app = add_open("app",
                            {{"one",
                              [&](Poll& poll) {
                                poll.block([&] {
                                  EXPECT_TRUE(*call("quick"));
                                  std::this_thread::sleep_until(poll.info.deadline);
                                });
                                return Progress::Finished;
                              }}},
                            {.wall = 50ms});
  const auto reply = call("app");
  ASSERT_FALSE(reply.has_value());
  EXPECT_EQ(reply.error().code(), Code::TimedOut);
  EXPECT_EQ(reply.error().message(), "out of time: the call took longer than 50 ms (wall)");
  wait_until_idle(*app);
}

TEST_F(BlockingTest, ToWaitInsideTakesNoCpuTime) {
  const auto app = add_open("app",
                            {{"one",
                              [&](Poll& poll) {
                                if (poll.count == 1) return Progress::Finished;
                                poll.block([&] {
                                  EXPECT_TRUE(*call("quick"));
                                  std::this_thread::sleep_for(600ms);
                                });
                                return Progress::Yielded;
                              }}},
                            {.cpu = 500ms});
  EXPECT_TRUE(call("app").has_value());
  wait_until_idle(*app);
}

TEST_F(BlockingTest, ACallIsCancelledWhenItReturns) {
  Promise<int> inside;
  std::latch may_leave(1);
  const auto app = add_open("app", {{"one", [&](Poll& poll) {
                                       poll.block([&] {
                                         EXPECT_TRUE(*call("quick"));
                                         inside.set(1);
                                         may_leave.wait();
                                       });
                                       return Progress::Finished;
                                     }}});
  Promise<std::optional<Result<bool>>> reply;
  post("app", "", [&](Result<bool> r) { reply.set(std::move(r)); });
  inside.get();
  scheduler.cancel(app);
  EXPECT_TRUE(*call("quick"));
  EXPECT_FALSE(app->idle());
  may_leave.count_down();
  wait_until_idle(*app);
  EXPECT_EQ((*reply.get()).error().code(), Code::Stopping);
}

TEST_F(BlockingTest, AWorkerStopsOnceItsCallHasReturned) {
  Promise<int> inside;
  std::latch may_leave(1);
  std::atomic<bool> returned{false};
  const auto app = add_open("app", {{"one", [&](Poll& poll) {
                                       poll.block([&] {
                                         EXPECT_TRUE(*call("quick"));
                                         inside.set(1);
                                         may_leave.wait();
                                       });
                                       returned = true;
                                       return Progress::Finished;
                                     }}});
  post("app");
  inside.get();
  std::jthread stopper([&] {
    crew().stop();
    EXPECT_TRUE(returned);
  });
  may_leave.count_down();
  stopper.join();
  wait_until_idle(*app);
}

TEST_F(BlockingTest, AnExceptionFromInsideFailsTheCall) {
  const auto app = add_open("app", {{"one", [&](Poll& poll) {
                                       poll.block([&] {
                                         EXPECT_TRUE(*call("quick"));
                                         throw std::runtime_error("no disk");
                                       });
                                       return Progress::Finished;
                                     }}});
  EXPECT_EQ(call("app").error().message(), "the host failed");
  EXPECT_TRUE(*call("quick"));
  wait_until_idle(*app);
  EXPECT_THAT(log.take_messages(), Contains("a call threw: no disk"));
}

TEST_F(BlockingTest, AnAppHasOnlySoManySpareThreads) {
  constexpr auto kCalls = static_cast<std::ptrdiff_t>(SpareLimits{}.app);
  std::latch inside(kCalls);
  std::latch may_leave(1);
  Promise<int> one_more;
  const auto app = add_open("app", {{"one", [&](Poll& poll) {
                                       poll.block([&] {
                                         if (poll.event.as<Ping>().text == "one more") {
                                           one_more.set(1);
                                           while (crew().held() == 0) std::this_thread::yield();
                                         } else {
                                           inside.count_down();
                                           may_leave.wait();
                                         }
                                       });
                                       return Progress::Finished;
                                     }}});
  for (auto i = kCalls; i != 0; --i) post("app");
  inside.wait();
  EXPECT_TRUE(*call("quick"));
  EXPECT_EQ(crew().held(), 0U);
  std::atomic<bool> let_go{false};
  post("app", "one more", [&](const Result<bool>&) { let_go = true; });
  one_more.get();
  EXPECT_TRUE(*call("quick"));
  EXPECT_TRUE(let_go) << "it held the worker";
  may_leave.count_down();
  wait_until_idle(*app);
  EXPECT_EQ(crew().held(), 1U);
  EXPECT_EQ(breaches.of("app")[static_cast<std::size_t>(Limit::SpareThreads)], 1U);
  const auto other = add_open("other", {{"one", [&](Poll& poll) {
                                           poll.block([&] { EXPECT_TRUE(*call("quick")); });
                                           return Progress::Finished;
                                         }}});
  EXPECT_TRUE(*call("other")) << "there are threads again";
  wait_until_idle(*other);
}

// Five apps with as many as each may have would be 80.
TEST_F(BlockingTest, AllAppsHaveOnlySoManySpareThreads) {
  constexpr std::size_t kApps = 5;
  constexpr auto kInside = static_cast<std::ptrdiff_t>(SpareLimits{}.all);
  static_assert(kApps * SpareLimits{}.app > SpareLimits{}.all);
  std::latch inside(kInside);
  std::latch may_leave(1);
  std::vector<std::shared_ptr<RunningApp>> apps;
  const auto blocks = [&](Poll& poll) {
    poll.block([&] {
      inside.count_down();
      may_leave.wait();
    });
    return Progress::Finished;
  };
  for (std::size_t i = 0; i < kApps; ++i) {
    apps.push_back(add_open(std::to_string(i), {{"one", blocks}}));
  }
  std::ptrdiff_t posted = 0;
  for (std::size_t i = 0; posted < kInside; i = (i + 1) % kApps, ++posted) post(apps[i]->id());
  inside.wait();
  EXPECT_TRUE(*call("quick")) << "the last of them drives the worker";
  EXPECT_EQ(crew().held(), 0U);

  Promise<int> one_more;
  std::atomic<bool> let_go{false};
  const auto app = add_open("app", {{"one", [&](Poll& poll) {
                                       poll.block([&] {
                                         one_more.set(1);
                                         while (crew().held() == 0) std::this_thread::yield();
                                       });
                                       return Progress::Finished;
                                     }}});
  post("app", "", [&](const Result<bool>&) { let_go = true; });
  one_more.get();
  EXPECT_TRUE(*call("quick"));
  EXPECT_TRUE(let_go) << "it held the worker, though its app has no spare thread";
  EXPECT_EQ(crew().held(), 1U);
  may_leave.count_down();
  for (const auto& one : apps) wait_until_idle(*one);
  wait_until_idle(*app);
}

class FewSparesTest : public SchedulerFixture {
 protected:
  FewSparesTest() : SchedulerFixture(1, {}, {.all = 1, .app = 1}) { start(); }
};

TEST_F(FewSparesTest, TheirNumberIsASetting) {
  Promise<int> inside;
  std::latch may_leave(1);
  const auto app = add_open("app", {{"one", [&](Poll& poll) {
                                       poll.block([&] {
                                         if (poll.event.as<Ping>().text == "first") {
                                           inside.set(1);
                                           may_leave.wait();
                                         } else {
                                           while (scheduler.crew().held() == 0) {
                                             std::this_thread::yield();
                                           }
                                         }
                                       });
                                       return Progress::Finished;
                                     }}});
  post("app", "first");
  inside.get();
  EXPECT_TRUE(*call("app", "second")) << "it holds the worker up, and ends";
  EXPECT_EQ(scheduler.crew().held(), 1U);
  may_leave.count_down();
  wait_until_idle(*app);
}

}  // namespace
}  // namespace hermes::runtime
