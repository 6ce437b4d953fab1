#include "runtime/scheduler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include "base/guarded.h"
#include "runtime/scheduler_fixture.h"

namespace hermes::runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

Script returns(bool value) {
  return [value](Poll& poll) {
    poll.reply = std::any(value);
    return Progress::Finished;
  };
}

// Calls wait until the test lets them go.
class Door {
 public:
  Script script() {
    return [this](Poll& poll) {
      if (poll.count == 0) {
        waiting_.with([&](auto& waiting) { waiting.push_back(poll.waker); });
        entered.release();
        return Progress::Waiting;
      }
      poll.reply = std::any(true);
      return Progress::Finished;
    };
  }
  void open() {
    for (auto& waker : waiting_.with([](auto& waiting) { return std::exchange(waiting, {}); })) {
      waker->wake();
    }
  }
  std::counting_semaphore<> entered{0};

 private:
  Guarded<std::vector<std::shared_ptr<wasm::Waker>>> waiting_;
};

class SchedulerTest : public SchedulerFixture {
 protected:
  SchedulerTest() : SchedulerFixture(2, {.events_per_app = 3, .events = 4, .reserved_events = 1}) {}

  Result<Ticket> post(AppId app, std::string text, Source source, PostOptions options = {}) {
    return events().post(Ping{text}, {.app = std::move(app)}, std::move(source),
                         {.on_reply =
                              [this, text](Result<bool> reply) {
                                note(text + (reply.has_value() ? " replied" : " failed"));
                              },
                          .on_done =
                              [this, text](EventOutcome outcome) {
                                constexpr const char* kNames[] = {
                                    " delivered", " withdrawn", " without handler", " app stopped"};
                                note(text + kNames[static_cast<int>(outcome)]);
                                if (outcome == EventOutcome::Withdrawn) withdrawn.release();
                              }},
                         options);
  }
  void note(std::string line) {
    notes_.with([&](auto& notes) { notes.push_back(std::move(line)); });
  }
  std::vector<std::string> notes() {
    return notes_.with([](auto& notes) { return notes; });
  }

  std::counting_semaphore<> withdrawn{0};  // Events that have ended so.

 private:
  Guarded<std::vector<std::string>> notes_;
};

TEST_F(SchedulerTest, CallsEveryModuleThatExportsTheHandlerAndThenIsDone) {
  start();
  const auto app = add_open("app", {{"one", returns(true)}, {"two", returns(false)}});
  std::atomic<int> replies{0};
  Promise<int> replies_before_done;
  ASSERT_TRUE(events().post(Ping{"hello"}, {.app = "app"}, {"test", "x"},
                            {.on_reply = [&](Result<bool>) { ++replies; },
                             .on_done = [&](EventOutcome) { replies_before_done.set(replies); }}));
  EXPECT_EQ(replies_before_done.get(), 2);
}

TEST_F(SchedulerTest, CallsOnlyTheModulesThatTheTargetNames) {
  start();
  const auto app = add_open("app", {{"one", returns(true)}, {"two", returns(false)}});
  Promise<bool> reply;
  ASSERT_TRUE(events().post(Ping{}, {.app = "app", .modules = {"two"}}, {"test", "x"},
                            {.on_reply = [&](Result<bool> r) { reply.set(*r); }}));
  EXPECT_FALSE(reply.get());
  wait_until_idle(*app);
}

TEST_F(SchedulerTest, SaysThatNoModuleHandlesAnEvent) {
  start();
  const auto app = add_open("app", {{"one", returns(true)}});
  Promise<EventOutcome> outcome;
  ASSERT_TRUE(events().post(Pong{}, {.app = "app"}, {"test", "x"},
                            {.on_done = [&](EventOutcome o) { outcome.set(o); }}));
  EXPECT_EQ(outcome.get(), EventOutcome::NoHandler);
}

TEST_F(SchedulerTest, TellsACallWhoIsCalledAndWhy) {
  start();
  Promise<CallContext::Info> seen;
  const auto app = add_open("app", {{"one", [&](Poll& poll) {
                                       seen.set(poll.info);
                                       return Progress::Finished;
                                     }}});
  const auto before = std::chrono::steady_clock::now();
  ASSERT_TRUE(post("app", "a", {"test", "x"}, {.depth = 3}));
  const auto& info = seen.get();
  EXPECT_EQ(info.app->id, "app");
  EXPECT_EQ(info.module, "one");
  EXPECT_EQ(info.event, Ping::kHandler);
  EXPECT_EQ(info.execution, 1U);
  EXPECT_EQ(info.depth, 3U);
  EXPECT_GE(info.deadline, before + CallLimits{}.wall);
  wait_until_idle(*app);
}

TEST_F(SchedulerTest, RefusesWhatHasNoApp) {
  const auto refused = post("nobody", "a", {"test", "x"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::NotFound);
  EXPECT_EQ(refused.error().message(), "no app 'nobody' is running");
}

TEST_F(SchedulerTest, RefusesWhatItsQueuesCannotHold) {
  const auto app = add_open("app", {{"one", returns(true)}});
  const auto other = add_open("other", {{"one", returns(true)}});
  for (const auto* text : {"a", "b", "c"}) ASSERT_TRUE(post("app", text, {"test", "x"}));
  EXPECT_EQ(post("app", "d", {"test", "y"}).error().code(), Code::LimitReached);
  ASSERT_TRUE(post("other", "e", {"test", "x"}));
  EXPECT_EQ(post("other", "f", {"test", "x"}).error().code(), Code::Busy);

  start();
  wait_until_idle(*app);
  wait_until_idle(*other);
  EXPECT_TRUE(post("app", "g", {"test", "x"})) << "what was delivered takes no room";
  wait_until_idle(*app);
  EXPECT_EQ(notes().size(), 2U * 5) << "of what was refused, nothing is heard";

  const auto times = [&](std::string_view id, Limit limit) {
    return breaches.of(id)[static_cast<std::size_t>(limit)];
  };
  EXPECT_EQ(times("app", Limit::AppEvents), 1U);
  EXPECT_EQ(times("other", Limit::Events), 1U);
  EXPECT_EQ(total(breaches.all()), 2U);
  const auto records = log.take();
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].app, "app");
  EXPECT_EQ(records[0].event, Ping::kHandler);
  EXPECT_EQ(records[0].message, describe(Limit::AppEvents));
  EXPECT_EQ(records[1].message, describe(Limit::Events));
}

TEST_F(SchedulerTest, WhatIsWithdrawnTakesNoRoom) {
  start();
  Door door;
  const auto app = add_open("app", {{"one", door.script()}}, {.calls = 1});
  ASSERT_TRUE(post("app", "a", {"test", "", true}));
  door.entered.acquire();
  ASSERT_TRUE(post("app", "b", {"test", "", true}));
  constexpr std::size_t kRounds = 1'000;
  for (std::size_t i = 0; i < kRounds; ++i) {
    auto ticket = post("app", "x", {"test", "", true});
    ASSERT_TRUE(ticket) << "after " << i;
    EXPECT_TRUE(ticket->withdraw());
  }
  ASSERT_TRUE(post("app", "c", {"test", "", true}));
  ASSERT_TRUE(post("app", "d", {"test", "", true}));
  EXPECT_EQ(post("app", "e", {"test", "", true}).error().code(), Code::LimitReached);
  for (int i = 0; i < 900; ++i) withdrawn.acquire();  // They do not wait for the call that runs.
  EXPECT_EQ(app->queue()->all.events(), 3U);
  for (int i = 0; i < 3; ++i) {
    door.open();
    door.entered.acquire();
  }
  door.open();
  wait_until_idle(*app);
  EXPECT_EQ(app->queue()->all.events(), 0U);
  EXPECT_EQ(app->queue()->all.bytes(), 0U);
  auto all = notes();
  EXPECT_EQ(std::erase(all, "x withdrawn"), kRounds);
  std::erase_if(all, [](const auto& note) { return !note.ends_with(" delivered"); });
  EXPECT_THAT(all,
              UnorderedElementsAre("a delivered", "b delivered", "c delivered", "d delivered"));
}

TEST_F(SchedulerTest, WhatIsWithdrawnTakesNoRoomWhileItsAppStarts) {
  start();
  const auto app = add("app", {{"one", returns(true)}});
  ASSERT_TRUE(post("app", "a", {"test", "", true}));
  for (int i = 0; i < 1'000; ++i) {
    auto ticket = post("app", "x", {"test", "", true});
    ASSERT_TRUE(ticket) << "after " << i;
    EXPECT_TRUE(ticket->withdraw());
  }
  ASSERT_TRUE(post("app", "b", {"test", "", true}));
  for (int i = 0; i < 900; ++i) withdrawn.acquire();
  scheduler.open(*app);
  wait_until_idle(*app);
  auto all = notes();
  EXPECT_EQ(std::erase(all, "x withdrawn"), 1'000U);
  EXPECT_THAT(all, UnorderedElementsAre("a replied", "a delivered", "b replied", "b delivered"));
  EXPECT_EQ(app->queue()->all.events(), 0U);
}

// What keeps an order has its place until its turn.
TEST_F(SchedulerTest, WhatIsWithdrawnInALaneHasItsPlaceUntilItsTurn) {
  start();
  Door door;
  const auto app = add_open("app", {{"one", door.script()}});
  ASSERT_TRUE(post("app", "a", {"test", "x"}));
  door.entered.acquire();
  for (int i = 0; i < 3; ++i) {
    auto ticket = post("app", "x", {"test", "x"});
    ASSERT_TRUE(ticket);
    EXPECT_TRUE(ticket->withdraw());
  }
  EXPECT_EQ(post("app", "b", {"test", "x"}).error().code(), Code::LimitReached);
  door.open();
  wait_until_idle(*app);
  EXPECT_EQ(app->queue()->all.events(), 0U);
}

TEST_F(SchedulerTest, CountsRightlyWhateverThreadsWithdraw) {
  start();
  const auto app = add_open("app", {{"one", returns(true)}});
  constexpr int kRounds = 500;
  std::atomic<int> accepted = 0;
  std::atomic<int> done = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 3; ++i) {
      threads.emplace_back([&] {
        for (int round = 0; round < kRounds; ++round) {
          auto ticket = events().post(Ping{}, {.app = "app"}, {"test", "", true},
                                      {.on_done = [&](EventOutcome) { ++done; }});
          if (!ticket) continue;
          ++accepted;
          ticket->withdraw();
        }
      });
    }
  }
  wait_until_idle(*app);
  EXPECT_GT(accepted, 0);
  EXPECT_EQ(done, accepted);
  EXPECT_EQ(app->queue()->all.events(), 0U);
  EXPECT_EQ(app->queue()->all.bytes(), 0U);
  EXPECT_EQ(app->queue()->reserve.events(), 0U);
}

TEST_F(SchedulerTest, KeepsTheOrderOfASource) {
  start();
  Door door;
  const auto app = add_open("app", {{"one", door.script()}});
  for (const auto* text : {"a", "b", "c"}) ASSERT_TRUE(post("app", text, {"test", "x"}));
  for (int i = 0; i < 3; ++i) {
    door.entered.acquire();
    door.open();
  }
  wait_until_idle(*app);
  EXPECT_THAT(notes(), ElementsAre("a replied", "a delivered", "b replied", "b delivered",
                                   "c replied", "c delivered"));
}

TEST_F(SchedulerTest, DeliversDifferentAndUniqueSourcesInParallel) {
  start();
  Door door;
  const auto app = add_open("app", {{"one", door.script()}});
  ASSERT_TRUE(post("app", "a", {"test", "x"}));
  ASSERT_TRUE(post("app", "b", {"test", "y"}));
  for (int i = 0; i < 2; ++i) door.entered.acquire();
  ASSERT_TRUE(post("app", "c", {"test", "z", true}));
  ASSERT_TRUE(post("app", "d", {"test", "z", true}));
  for (int i = 0; i < 2; ++i) door.entered.acquire();
  door.open();
  wait_until_idle(*app);
}

TEST_F(SchedulerTest, RunsTheModulesOfAnEventInParallel) {
  start();
  Door door;
  const auto app = add_open("app", {{"one", door.script()}, {"two", door.script()}});
  ASSERT_TRUE(post("app", "a", {"test", "x"}));
  for (int i = 0; i < 2; ++i) door.entered.acquire();
  door.open();
  wait_until_idle(*app);
}

TEST_F(SchedulerTest, NeverBeginsWhatWasWithdrawn) {
  start();
  Door door;
  const auto app = add_open("app", {{"one", door.script()}});
  auto first = post("app", "a", {"test", "x"});
  auto second = post("app", "b", {"test", "x"});
  ASSERT_TRUE(first && second);
  door.entered.acquire();
  EXPECT_FALSE(first->withdraw());
  EXPECT_TRUE(second->withdraw());
  door.open();
  wait_until_idle(*app);
  EXPECT_THAT(notes(), ElementsAre("a replied", "a delivered", "b withdrawn"));
}

TEST_F(SchedulerTest, CancelsOneEventWhetherItHasBegunOrNot) {
  start();
  Door door;
  const auto app = add_open("app", {{"one", door.script()}, {"two", door.script()}});
  auto first = post("app", "a", {"test", "x"});
  auto second = post("app", "b", {"test", "x"});
  auto third = post("app", "c", {"test", "x"});
  ASSERT_TRUE(first && second && third);
  for (int i = 0; i < 2; ++i) door.entered.acquire();
  events().cancel(*second);
  events().cancel(*first);
  for (int i = 0; i < 2; ++i) door.entered.acquire();
  door.open();
  wait_until_idle(*app);
  EXPECT_THAT(notes(), ElementsAre("a failed", "a failed", "a delivered", "b withdrawn",
                                   "c replied", "c replied", "c delivered"));
  events().cancel(*third);
  EXPECT_EQ(app->failures().read().cancelled, 2U);
}

TEST_F(SchedulerTest, HoldsEventsUntilTheAppIsOpenButThoseOfItsStart) {
  start();
  const auto app = add("app", {{"one", returns(true)}});
  ASSERT_TRUE(post("app", "a", {"test", "x"}));
  ASSERT_TRUE(post("app", "b", {"test", "x"}));
  Promise<EventOutcome> init;
  ASSERT_TRUE(events().post(Ping{}, {.app = "app"}, {"test", "x"},
                            {.on_done = [&](EventOutcome o) { init.set(o); }},
                            {.during_start = true}));
  EXPECT_EQ(init.get(), EventOutcome::Delivered);
  EXPECT_THAT(notes(), ElementsAre());
  scheduler.open(*app);
  wait_until_idle(*app);
  EXPECT_THAT(notes(), ElementsAre("a replied", "a delivered", "b replied", "b delivered"));
}

TEST_F(SchedulerTest, EndsWhatItHeldForAnAppThatFailsToStart) {
  start();
  const auto app = add("app", {{"one", returns(true)}});
  auto ticket = post("app", "a", {"test", "x"});
  ASSERT_TRUE(post("app", "b", {"test", "x"}));
  ASSERT_TRUE(ticket->withdraw());
  scheduler.cancel(app);
  wait_until_idle(*app);
  EXPECT_THAT(notes(), ElementsAre("a withdrawn", "b app stopped"));
  EXPECT_EQ(post("app", "c", {"test", "x"}).error().code(), Code::Stopping);
}

TEST_F(SchedulerTest, CancelsWhatRunsAndEndsWhatWaitsWhenAnAppStops) {
  start();
  Door door;
  const auto app = add_open("app", {{"one", door.script()}});
  const auto other = add_open("other", {{"one", door.script()}});
  ASSERT_TRUE(post("app", "a", {"test", "x"}));
  ASSERT_TRUE(post("app", "b", {"test", "x"}));
  door.entered.acquire();
  scheduler.cancel(app);
  wait_until_idle(*app);
  EXPECT_THAT(notes(), ElementsAre("a failed", "a delivered", "b app stopped"));
  ASSERT_TRUE(post("other", "c", {"test", "x"}));
  door.entered.acquire();
  door.open();
  wait_until_idle(*other);
}

TEST_F(SchedulerTest, TakesFromADrainingAppOnlyWhatItsOwnCallsRaise) {
  start();
  Door door;
  const auto app = add_open("app", {{"one", [&](Poll& poll) {
                                       if (poll.event.as<Ping>().text == "child") {
                                         return Progress::Finished;
                                       }
                                       const auto progress = door.script()(poll);
                                       if (progress == Progress::Finished) {
                                         EXPECT_TRUE(post("app", "child", {"test", "x"}));
                                       }
                                       return progress;
                                     }}});
  ASSERT_TRUE(post("app", "a", {"test", "x"}));
  door.entered.acquire();
  app->drain();
  EXPECT_EQ(post("app", "b", {"test", "x"}).error().code(), Code::Stopping);
  door.open();
  wait_until_idle(*app);
  EXPECT_THAT(notes(), ElementsAre("a replied", "a delivered", "child replied", "child delivered"));
}

TEST_F(SchedulerTest, SurvivesACallbackThatThrows) {
  start();
  const auto app = add_open("app", {{"one", returns(true)}});
  Promise<EventOutcome> outcome;
  ASSERT_TRUE(events().post(Ping{}, {.app = "app"}, {"test", "x"},
                            {.on_reply = [](Result<bool>) { throw std::runtime_error("oh no"); },
                             .on_done = [&](EventOutcome o) { outcome.set(o); }}));
  EXPECT_EQ(outcome.get(), EventOutcome::Delivered);
  EXPECT_THAT(log.take_messages(), ElementsAre("on_reply threw: oh no"));
}

}  // namespace
}  // namespace hermes::runtime
