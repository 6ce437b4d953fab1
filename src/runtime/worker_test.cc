#include "runtime/worker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "base/guarded.h"
#include "runtime/scheduler_fixture.h"

namespace hermes::runtime {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

Progress loop(Poll& poll) {
  return poll.executor.use_slice();
}
Progress wait_for_ever(Poll&) {
  return Progress::Waiting;
}

class WorkerTest : public SchedulerFixture {
 protected:
  WorkerTest() : WorkerTest(1) {}
  explicit WorkerTest(std::size_t workers) : SchedulerFixture(workers) { start(); }
};

TEST_F(WorkerTest, LogsATrapOnceWithItsPlace) {
  const auto app = add_open("app", {{"one", [](Poll& poll) {
                                       poll.reply = Error(Code::GuestFailed, "unreachable");
                                       return Progress::Finished;
                                     }}});
  EXPECT_EQ(call("app").error().message(), "unreachable");
  wait_until_idle(*app);
  const auto records = log.take();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].message, "unreachable");
  EXPECT_EQ(records[0].app, "app");
  EXPECT_EQ(records[0].module, "one");
  EXPECT_EQ(records[0].event, Ping::kHandler);
  EXPECT_EQ(records[0].execution, 1U);
}

TEST_F(WorkerTest, AFailureIsHeardOfOnceItIsCountedWithTheTimeOfItsCall) {
  std::chrono::nanoseconds used{0};
  const auto app = add_open("app", {{"one", [&](Poll& poll) {
                                       const auto begin = std::chrono::steady_clock::now();
                                       poll.executor.use_slice();
                                       used = std::chrono::steady_clock::now() - begin;
                                       poll.reply = Error(Code::GuestFailed, "unreachable");
                                       return Progress::Finished;
                                     }}});
  post("app", "", [&](const Result<bool>&) {
    EXPECT_EQ(app->failures().read().trapped, 1U);
    EXPECT_EQ(app->calls(), 0U);
    EXPECT_GE(app->cpu_used(), used);
  });
  wait_until_idle(*app);
}

TEST_F(WorkerTest, EndsACallThatWaitsPastItsWallTime) {
  const auto app = add_open("app", {{"one", wait_for_ever}}, {.wall = 20ms});
  const auto reply = call("app");
  EXPECT_EQ(reply.error().code(), Code::TimedOut);
  EXPECT_EQ(reply.error().message(), "out of time: the call took longer than 20 ms (wall)");
  wait_until_idle(*app);
  EXPECT_THAT(log.take_messages(), ElementsAre(reply.error().message()));
}

TEST_F(WorkerTest, EndsACallThatRunsPastItsWallTime) {
  const auto app = add_open("app", {{"one", loop}}, {.wall = 20ms});
  EXPECT_EQ(call("app").error().message(), "out of time: the call took longer than 20 ms (wall)");
}

TEST_F(WorkerTest, EndsACallThatUsesUpItsCpuTime) {
  const auto app = add_open("app", {{"one", loop}}, {.cpu = 20ms});
  const auto reply = call("app");
  EXPECT_EQ(reply.error().code(), Code::TimedOut);
  EXPECT_EQ(reply.error().message(), "out of time: the call used its 20 ms of CPU");
}

TEST_F(WorkerTest, EndsEachOverdueCallAtItsOwnTime) {
  const auto slow = add_open("slow", {{"one", wait_for_ever}}, {.wall = 40ms});
  const auto fast = add_open("fast", {{"one", wait_for_ever}}, {.wall = 10ms});
  std::atomic<int> ended{0};
  int slow_ended = 0;
  int fast_ended = 0;
  post("slow", "", [&](Result<bool>) { slow_ended = ++ended; });
  post("fast", "", [&](Result<bool>) { fast_ended = ++ended; });
  wait_until_idle(*slow);
  wait_until_idle(*fast);
  EXPECT_EQ(fast_ended, 1);
  EXPECT_EQ(slow_ended, 2);
}

TEST_F(WorkerTest, IsWokenByOtherThreads) {
  std::vector<std::jthread> threads;
  const auto app = add_open("app", {{"one", [&](Poll& poll) {
                                       if (poll.count == 100) return Progress::Finished;
                                       threads.emplace_back([w = poll.waker] { w->wake(); });
                                       return Progress::Waiting;
                                     }}});
  EXPECT_TRUE(*call("app"));
  wait_until_idle(*app);
}

TEST_F(WorkerTest, IsWokenByTheCallItselfAndMoreThanOnce) {
  const auto app = add_open("app", {{"one", [](Poll& poll) {
                                       for (int i = 0; i < 3; ++i) poll.waker->wake();
                                       if (poll.count == 100) return Progress::Finished;
                                       return Progress::Waiting;
                                     }}});
  EXPECT_TRUE(*call("app"));
  wait_until_idle(*app);
}

TEST_F(WorkerTest, IgnoresWhatWakesACallThatHasEnded) {
  std::shared_ptr<wasm::Waker> waker;
  const auto app = add_open("app", {{"one", [&](Poll& poll) {
                                       waker = poll.waker;
                                       return Progress::Finished;
                                     }}});
  EXPECT_TRUE(*call("app"));
  waker->wake();
  EXPECT_TRUE(*call("app"));
  wait_until_idle(*app);
  scheduler.crew().stop();
  waker->wake();
}

TEST_F(WorkerTest, AWakeOutlivesTheEngine) {
  std::shared_ptr<wasm::Waker> waker;
  {
    Scheduler other(1, {}, {}, gate, log, breaches);
    ScriptedExecutor machine;
    Executor* executors[] = {&machine};
    auto generation = std::make_shared<Generation>();
    generation->app = std::make_shared<const App>(App{.id = "app"});
    generation->modules.push_back({.id = "one",
                                   .handlers = {std::string(Ping::kHandler)},
                                   .programs = {machine.program([&](Poll& poll) {
                                     waker = poll.waker;
                                     return Progress::Finished;
                                   })}});
    const auto app = other.add(std::move(generation));
    other.open(*app);
    other.crew().start(executors);
    Events& posts = other;
    ASSERT_TRUE(posts.post(Ping{}, {.app = "app"}, {"test", "x"}));
    wait_until_idle(*app);
    other.crew().stop();
  }
  waker->wake();
}

TEST_F(WorkerTest, ALoopDelaysNobody) {
  const auto loops = add_open("loops", {{"one", loop}});
  const auto quick = add_open("quick", {{"one", [](Poll& poll) {
                                           if (poll.count == 1) return Progress::Finished;
                                           poll.waker->wake();
                                           return Progress::Waiting;
                                         }}});
  for (int i = 0; i < 5; ++i) post("loops", "");
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(*call("quick"));
  std::atomic<bool> handled{false};
  boost::asio::post(scheduler.crew().reactors()[0]->context(), [&] {
    handled = true;
    handled.notify_one();
  });
  handled.wait(false);
  scheduler.cancel(loops);
  wait_until_idle(*loops);
}

TEST_F(WorkerTest, NewCallsDoNotKeepALoopFromItsSlices) {
  std::atomic<bool> ended{false};
  // Each event raises the next, so that there is always a new one.
  const auto app = add_open("app", {{"one", [&](Poll& poll) {
                                       const bool loops = poll.event.as<Ping>().text == "loop";
                                       if (loops && poll.count < 5) {
                                         return poll.executor.use_slice();
                                       }
                                       if (loops) ended = true;
                                       if (!ended) post("app", "");
                                       return Progress::Finished;
                                     }}});
  post("app", "");
  post("app", "loop");
  wait_until_idle(*app);
  EXPECT_TRUE(ended);
}

TEST_F(WorkerTest, AppsShareTheTimeHoweverManyCallsEachHas) {
  const auto many = add_open("many", {{"one", loop}});
  for (int i = 0; i < 50; ++i) post("many", "");
  std::chrono::nanoseconds before{0};
  const auto one = add_open("one", {{"one", [&](Poll& poll) {
                                       if (poll.count == 0) before = many->cpu_used();
                                       if (poll.count < 20) return poll.executor.use_slice();
                                       return Progress::Finished;
                                     }}});
  EXPECT_TRUE(*call("one"));
  EXPECT_LE(many->cpu_used() - before, 3 * one->cpu_used() + 10ms) << "and not fifty times as much";
  scheduler.cancel(many);
  wait_until_idle(*many);
}

TEST_F(WorkerTest, AppsTakeTurnsHoweverManyEventsEachHas) {
  std::vector<AppId> order;
  std::atomic<bool> posted{false};
  const auto note = [&](Poll& poll) {
    posted.wait(false);
    order.push_back(poll.info.app->id);
    return Progress::Finished;
  };
  const auto a = add_open("a", {{"one", note}});
  const auto b = add_open("b", {{"one", note}});
  for (int i = 0; i < 5; ++i) post("a", "");
  post("b", "");
  posted = true;
  posted.notify_one();
  wait_until_idle(*a);
  wait_until_idle(*b);
  const auto turn = std::ranges::find(order, "b") - order.begin();
  EXPECT_LE(turn, 2) << "the first of a may have begun before all were posted";
}

TEST_F(WorkerTest, TellsWhoObservesACallThatItWaits) {
  struct Observer final : CallObserver {
    void on_wait() noexcept override { ++waits; }
    std::atomic<int> waits = 0;
  };
  Observer observer;
  const auto app = add_open("app", {{"one", [](Poll& poll) {
                                       if (poll.count == 0) return Progress::Yielded;
                                       if (poll.count == 1) {
                                         poll.waker->wake();
                                         return Progress::Waiting;
                                       }
                                       poll.reply = std::any(true);
                                       return Progress::Finished;
                                     }}});
  ASSERT_TRUE(
      events().post(Ping{}, {.app = "app"}, {"test", "", true}, {}, {.observer = &observer}));
  wait_until_idle(*app);
  EXPECT_EQ(observer.waits, 1);
}

TEST_F(WorkerTest, ActivityMovesTheDeadlineOfACall) {
  Activity activity;
  constexpr auto kWall = 20ms;
  // Noted on the worker itself, which cannot find the call overdue in between.
  const auto app = add_open("app",
                            {{"one",
                              [&](Poll& poll) {
                                const auto deadline = poll.context.deadline();
                                while (std::chrono::steady_clock::now() < deadline) {
                                }
                                activity.note();
                                return Progress::Waiting;
                              }}},
                            {.wall = kWall});
  MonotonicTime ended;
  std::optional<Code> code;
  ASSERT_TRUE(events().post(Ping{}, {.app = "app"}, {"test", "", true},
                            {.on_reply =
                                 [&](const Result<bool>& reply) {
                                   code = reply.error().code();
                                   ended = std::chrono::steady_clock::now();
                                 }},
                            {.activity = &activity}));
  wait_until_idle(*app);
  EXPECT_GE(ended, activity.last() + kWall);
  EXPECT_EQ(code, Code::TimedOut);
}

class TwoWorkersTest : public WorkerTest {
 protected:
  TwoWorkersTest() : WorkerTest(2) {}
};

TEST_F(TwoWorkersTest, AnIdleWorkerTakesLanesOfABusyOne) {
  // One call posts three events from its own worker and then holds it until another worker has
  // begun one of them.
  Promise<std::thread::id> other;
  std::atomic<int> children{0};
  std::thread::id parent;
  const auto app = add_open("app", {{"one", [&](Poll& poll) {
                                       if (poll.event.as<Ping>().text == "parent") {
                                         parent = std::this_thread::get_id();
                                         for (int i = 0; i < 3; ++i) post("app", "child");
                                         other.get();
                                       } else if (children++ == 0) {
                                         other.set(std::this_thread::get_id());
                                       }
                                       return Progress::Finished;
                                     }}});
  post("app", "parent");
  wait_until_idle(*app);
  EXPECT_NE(other.get(), parent);
  EXPECT_EQ(children, 3);
}

TEST_F(TwoWorkersTest, ASingleLaneIsTakenFromAWorkerThatIsHeldUp) {
  Promise<int> taken;
  const auto app = add_open("app", {{"one", [&](Poll& poll) {
                                       if (poll.event.as<Ping>().text == "parent") {
                                         post("app", "child");
                                         taken.get();
                                       } else {
                                         taken.set(1);
                                       }
                                       return Progress::Finished;
                                     }}});
  post("app", "parent");
  wait_until_idle(*app);
}

TEST_F(TwoWorkersTest, ARunningCallStaysOnItsWorker) {
  Guarded<std::map<std::uint64_t, std::thread::id>> began;
  std::atomic<int> moved{0};
  const auto app =
      add_open("app", {{"one", [&](Poll& poll) {
                          const auto here = std::this_thread::get_id();
                          const auto there = began.with([&](auto& threads) {
                            return threads.emplace(poll.info.execution, here).first->second;
                          });
                          if (there != here) ++moved;
                          if (poll.count == 50) return Progress::Finished;
                          if (poll.count % 2 == 0) return Progress::Yielded;
                          poll.waker->wake();
                          return Progress::Waiting;
                        }}});
  for (int i = 0; i < 100; ++i) post("app", "");
  wait_until_idle(*app);
  EXPECT_EQ(began.with([](auto& threads) { return threads.size(); }), 100U);
  EXPECT_EQ(moved, 0);
}

}  // namespace
}  // namespace hermes::runtime
