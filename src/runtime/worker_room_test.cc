// Calls for which there is no slot of the executor, or no room within what their app may have.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "runtime/scheduler_fixture.h"

namespace hermes::runtime {
namespace {

using ::testing::ElementsAre;

class WorkerRoomTest : public SchedulerFixture {
 protected:
  WorkerRoomTest() : WorkerRoomTest(1) {}
  explicit WorkerRoomTest(std::size_t workers) : SchedulerFixture(workers) { start(); }

  // The modules of an event have their calls, each of which waits once, one after the other.
  void expect_modules_in_turn(CallLimits limits) {
    std::vector<ModuleId> called;
    const auto note = [&](Poll& poll) {
      if (poll.count == 0) {
        poll.waker->wake();
        return Progress::Waiting;
      }
      called.push_back(poll.info.module);
      return Progress::Finished;
    };
    const auto app = add_open("app", {{"one", note}, {"two", note}, {"three", note}}, limits);
    std::atomic<int> replies{0};
    post("app", "", [&](Result<bool> reply) { replies += reply.has_value(); });
    wait_until_idle(*app);
    EXPECT_EQ(replies, 3);
    EXPECT_THAT(called, ElementsAre("one", "two", "three"));
  }
};

TEST_F(WorkerRoomTest, AnEventWaitsForASlot) {
  executor(0).slots = 1;
  Promise<std::shared_ptr<wasm::Waker>> waker;
  const auto app = add_open("app", {{"one", [&](Poll& poll) {
                                       if (poll.event.as<Ping>().text != "first") {
                                         return Progress::Finished;
                                       }
                                       if (poll.count == 1) return Progress::Finished;
                                       waker.set(poll.waker);
                                       return Progress::Waiting;
                                     }}});
  std::vector<std::string> replies;
  post("app", "first", [&](Result<bool>) { replies.emplace_back("first"); });
  waker.get();
  post("app", "second", [&](Result<bool>) { replies.emplace_back("second"); });
  auto third = events().post(Ping{"third"}, {.app = "app"}, {"test", "", true});
  ASSERT_TRUE(third);
  EXPECT_TRUE(third->withdraw()) << "it has not begun";
  waker.get()->wake();
  wait_until_idle(*app);
  EXPECT_THAT(replies, ElementsAre("first", "second"));
}

TEST_F(WorkerRoomTest, TheModulesOfAnEventShareOneSlotOneAfterTheOther) {
  executor(0).slots = 1;
  expect_modules_in_turn({});
}

TEST_F(WorkerRoomTest, TriesAgainWhereASlotWasMissingAfterAll) {
  std::vector<std::uint64_t> executions;
  int missing = 2;
  const auto app = add_open("app", {{"one", [&](Poll& poll) {
                                       if (missing-- > 0) {
                                         poll.reply = Error(Code::Busy, "no slot");
                                       } else {
                                         executions.push_back(poll.info.execution);
                                       }
                                       return Progress::Finished;
                                     }}});
  EXPECT_TRUE(*call("app"));
  wait_until_idle(*app);
  EXPECT_EQ(executions.size(), 1U);
  EXPECT_THAT(log.take_messages(), ElementsAre());
}

TEST_F(WorkerRoomTest, CancelsEventsThatWaitForASlot) {
  executor(0).slots = 1;
  Promise<int> entered;
  const auto holder = add_open("holder", {{"one", [&](Poll&) {
                                             entered.set(1);
                                             return Progress::Waiting;
                                           }}});
  const auto app = add_open("app", {{"one", [](Poll&) { return Progress::Waiting; }}});
  post("holder", "");
  entered.get();
  for (int i = 0; i < 3; ++i) post("app", "");
  scheduler.cancel(app);
  wait_until_idle(*app);
  scheduler.cancel(holder);
  wait_until_idle(*holder);
}

TEST_F(WorkerRoomTest, TheModulesOfAnEventHaveTurnsWhereTheAppMayHaveOneCall) {
  expect_modules_in_turn({.calls = 1});
}

TEST_F(WorkerRoomTest, WhatWaitsForRoomCanBeWithdrawnAndCancelled) {
  Promise<std::shared_ptr<wasm::Waker>> waker;
  const auto app = add_open("app",
                            {{"one",
                              [&](Poll& poll) {
                                if (poll.event.as<Ping>().text == "first" && poll.count == 0) {
                                  waker.set(poll.waker);
                                  return Progress::Waiting;
                                }
                                return poll.event.as<Ping>().text == "stays" ? Progress::Waiting
                                                                             : Progress::Finished;
                              }}},
                            {.calls = 1});
  post("app", "first");
  auto second = events().post(Ping{"second"}, {.app = "app"}, {"test", "", true});
  waker.get();
  Promise<int> third;
  post("app", "third", [&](const Result<bool>&) { third.set(1); });
  EXPECT_TRUE(second->withdraw());
  waker.get()->wake();
  third.get();
  for (int i = 0; i < 3; ++i) post("app", "stays");
  scheduler.cancel(app);
  wait_until_idle(*app);
}

TEST_F(WorkerRoomTest, TheModulesOfACancelledEventThatWaitDoNotBegin) {
  executor(0).slots = 1;
  Promise<int> entered;
  const auto app = add_open("app", {{"one",
                                     [&](Poll&) {
                                       entered.set(1);
                                       return Progress::Waiting;
                                     }},
                                    {"two", [](Poll&) {
                                       ADD_FAILURE() << "nobody waits for it";
                                       return Progress::Finished;
                                     }}});
  std::vector<Code> replies;
  auto ticket = events().post(
      Ping{}, {.app = "app"}, {"test", "", true},
      {.on_reply = [&](const Result<bool>& reply) { replies.push_back(reply.error().code()); }});
  ASSERT_TRUE(ticket);
  entered.get();
  events().cancel(*ticket);
  wait_until_idle(*app);
  EXPECT_THAT(replies, ElementsAre(Code::Stopping, Code::Stopping));
}

class TwoWorkersRoomTest : public WorkerRoomTest {
 protected:
  TwoWorkersRoomTest() : WorkerRoomTest(2) {}
};

TEST_F(TwoWorkersRoomTest, AnAppHasAsManyCallsAtOnceAsItMay) {
  constexpr int kEvents = 500;
  std::atomic<int> calls{0};
  std::atomic<int> most{0};
  const auto app =
      add_open("app",
               {{"one",
                 [&](Poll& poll) {
                   if (poll.count == 0) {
                     const int now = ++calls;
                     for (int m = most; now > m && !most.compare_exchange_weak(m, now);) {
                     }
                   }
                   if (poll.count == 3) {
                     --calls;
                     return Progress::Finished;
                   }
                   if (poll.count == 1) return Progress::Yielded;
                   poll.waker->wake();
                   return Progress::Waiting;
                 }}},
               {.calls = 3});
  std::atomic<int> replies{0};
  for (int i = 0; i < kEvents; ++i) {
    post("app", "", [&](const Result<bool>& reply) { replies += reply.has_value(); });
  }
  wait_until_idle(*app);
  EXPECT_EQ(most, 3);
  EXPECT_EQ(replies, kEvents);
}

}  // namespace
}  // namespace hermes::runtime
