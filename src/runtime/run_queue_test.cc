#include "runtime/run_queue.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "runtime/scheduler_fixture.h"

namespace hermes::runtime {
namespace {

using namespace std::chrono_literals;

// Calls that are there and do nothing: the queue never looks inside.
class RunQueueTest : public ::testing::Test {
 protected:
  std::shared_ptr<RunningApp> make_app(AppId id, int weight = 1) {
    auto generation = std::make_shared<Generation>();
    generation->app = std::make_shared<const App>(App{.id = std::move(id), .weight = weight});
    made.push_back(std::make_shared<RunningApp>(std::move(generation), QueueLimits{}, 1, gate));
    return made.back();
  }

  // What is left in the queue owns its app, and a call that has not ended itself.
  ~RunQueueTest() override {
    for (const auto& call : calls) call->end();
    for (const auto& app : made) queue.remove(*app);
  }

  static std::unique_ptr<Delivery> event(const std::shared_ptr<RunningApp>& app, std::string text) {
    auto delivery = std::make_unique<Delivery>(app, Event{.type = &wasm::kExportType<Ping>,
                                                          .arguments = Ping{std::move(text)},
                                                          .target = {},
                                                          .source = {},
                                                          .on_reply = nullptr,
                                                          .on_done = nullptr});
    delivery->generation = app->generation();
    return delivery;
  }

  /// A call of the app, which lives as long as the test.
  std::shared_ptr<Call> call(const std::shared_ptr<RunningApp>& app, std::string text) {
    events.push_back(event(app, std::move(text)));
    auto call = std::make_shared<Call>(mailbox, *events.back(), module, 1, MonotonicTime{});
    EXPECT_TRUE(call->start(*program, breaches));
    calls.push_back(call);
    return call;
  }

  static const std::string& text_of(const RunQueue::Turn& turn) {
    const auto& delivery = turn.event    ? *turn.event
                           : turn.module ? turn.module->delivery
                                         : turn.call->delivery();
    return delivery.event.as<Ping>().text;
  }

  /// The next `turns`, each of which takes `time`.
  std::string run(int turns, std::chrono::nanoseconds time = 1ms) {
    std::string order;
    for (int i = 0; i < turns; ++i) {
      const auto turn = queue.pop(true);
      if (!turn.app) return order + "none";
      order += text_of(turn) + " ";
      queue.charge(*turn.app, time);
    }
    return order;
  }

  std::string pop() {
    const auto turn = queue.pop(true);
    return turn.app ? text_of(turn) : "none";
  }

  void push(const std::shared_ptr<RunningApp>& app, std::initializer_list<const char*> texts) {
    for (const auto* text : texts) queue.push(event(app, text));
  }

  io::SystemClock clock;
  hermes::testing::RecordingLog log;
  Breaches breaches{clock, log};
  Gate gate{clock};
  io::Reactor reactor;
  std::shared_ptr<Mailbox> mailbox = std::make_shared<Mailbox>(reactor);
  ScriptedExecutor executor;
  std::shared_ptr<const Program> program =
      executor.program([](Poll&) { return Progress::Waiting; });
  Module module{.id = "one", .handlers = {}, .programs = {}};
  std::vector<std::shared_ptr<RunningApp>> made;
  std::shared_ptr<RunningApp> a = make_app("a");
  std::shared_ptr<RunningApp> b = make_app("b");
  std::vector<std::unique_ptr<Delivery>> events;
  std::vector<std::shared_ptr<Call>> calls;
  RunQueue queue{0};
};

TEST_F(RunQueueTest, KeepsTheOrderOfAnApp) {
  push(a, {"1", "2", "3"});
  EXPECT_EQ(queue.ready(), 3U);
  EXPECT_EQ(run(4), "1 2 3 none");
  EXPECT_EQ(queue.ready(), 0U);
}

TEST_F(RunQueueTest, AppsTakeTurnsWhereEachTakesTheSameTime) {
  queue.charge(*b, 500us);
  push(a, {"a", "a", "a", "a"});
  push(b, {"b", "b"});
  EXPECT_EQ(run(6), "a b a b a a ");
}

TEST_F(RunQueueTest, TheOneThatHasUsedLessIsNext) {
  queue.charge(*b, 500us);
  push(a, {"a", "a", "a"});
  push(b, {"b", "b", "b", "b", "b", "b"});
  std::map<std::string, std::chrono::nanoseconds> times{{"a", 4ms}, {"b", 1ms}};
  std::string order;
  for (auto turn = queue.pop(true); turn.app; turn = queue.pop(true)) {
    order += text_of(turn);
    queue.charge(*turn.app, times[text_of(turn)]);
  }
  EXPECT_EQ(order, "abbbbabba");
}

TEST_F(RunQueueTest, AWeightIsAShareOfTheTime) {
  const auto heavy = make_app("heavy", 3);
  push(a, {"a", "a", "a", "a", "a", "a", "a", "a"});
  push(heavy, {"h", "h", "h", "h", "h", "h", "h", "h", "h"});
  const auto order = run(12, 3ms);
  EXPECT_EQ(std::ranges::count(order, 'h'), 9);
  EXPECT_EQ(std::ranges::count(order, 'a'), 3);
}

TEST_F(RunQueueTest, IdlingEarnsNothing) {
  push(a, {"a", "a", "a", "a", "a", "a", "a", "a", "a"});
  EXPECT_EQ(run(5), "a a a a a ");
  push(b, {"b", "b", "b"});
  EXPECT_EQ(run(5, 1500us), "b a b a b ");
}

TEST_F(RunQueueTest, WhoComesBackStillOwesWhatItUsedInAdvance) {
  push(a, {"a"});
  push(b, {"b", "b", "b", "b"});
  EXPECT_EQ(run(1, 2500us), "a ");
  push(a, {"a"});
  EXPECT_EQ(run(5), "b b b a b ");
}

TEST_F(RunQueueTest, NewWokenAndYieldedCountAlike) {
  queue.push_yielded(call(a, "a"));
  queue.push_woken(call(b, "b"));
  EXPECT_EQ(run(1, 2ms), "a ");
  push(a, {"a"});
  push(b, {"b"});
  EXPECT_EQ(run(3), "b b a ");
}

TEST_F(RunQueueTest, NewAndWokenTakeTurnsBeforeThoseThatUsedUpASlice) {
  queue.push_yielded(call(a, "y"));
  for (int i = 0; i < 2; ++i) queue.push_woken(call(a, "w"));
  push(a, {"n", "n", "n"});
  EXPECT_EQ(run(6, 1us), "w n w n n y ");
}

TEST_F(RunQueueTest, ThoseThatUsedUpASliceHaveTheirTurnAllTheSame) {
  queue.push_yielded(call(a, "y"));
  queue.push_yielded(call(a, "y"));
  push(a, {"n", "n", "n", "n", "n", "n"});
  EXPECT_EQ(run(8, RunQueue::kAhead / 2), "n n y n n y n n ");
}

TEST_F(RunQueueTest, OnlyGoesOnWhileNothingMayStart) {
  push(a, {"new"});
  queue.push_woken(call(b, "woken"));
  const auto turn = queue.pop(false);
  ASSERT_TRUE(turn.app);
  EXPECT_EQ(text_of(turn), "woken");
  queue.charge(*turn.app, 1ms);
  EXPECT_FALSE(queue.pop(false).app);
  EXPECT_FALSE(queue.can_go_on());
  EXPECT_TRUE(queue.can_start());
  EXPECT_EQ(pop(), "new");
}

TEST_F(RunQueueTest, KeepsWhatIsNewOfAnAppThatIsFull) {
  push(a, {"a1", "a2"});
  queue.set_full(*a, true);
  push(a, {"a3"});
  push(b, {"b"});
  queue.push_woken(call(a, "woken"));
  EXPECT_EQ(queue.ready(), 1U);
  EXPECT_EQ(queue.take_half(64).pop()->event.as<Ping>().text, "b");
  EXPECT_EQ(run(2), "woken none");
  EXPECT_FALSE(queue.can_start());
  queue.set_full(*a, false);
  EXPECT_EQ(queue.ready(), 3U);
  EXPECT_EQ(run(4), "a1 a2 a3 none");
}

TEST_F(RunQueueTest, RemovesWhatIsNewOfAnAppThatIsFull) {
  push(a, {"a1"});
  queue.set_full(*a, true);
  EXPECT_FALSE(queue.remove(*a).events.empty());
  EXPECT_EQ(queue.ready(), 0U);
  push(a, {"a2"});
  EXPECT_EQ(run(1), "a2 ");
}

TEST_F(RunQueueTest, TakesBackWhatCouldNotStart) {
  push(a, {"1", "2"});
  auto turn = queue.pop(true);
  queue.push_front(std::move(turn.event));
  EXPECT_EQ(queue.ready(), 2U);
  events.push_back(event(a, "begun"));
  queue.push_front(std::make_unique<Unstarted>(Unstarted{*events.back(), module, nullptr}));
  EXPECT_EQ(queue.ready(), 2U) << "what has begun stays";
  EXPECT_EQ(run(3), "begun 1 2 ");
}

TEST_F(RunQueueTest, SkipsCallsThatHaveEnded) {
  const auto gone = call(a, "gone");
  queue.push_yielded(gone);
  queue.push_woken(call(a, "here"));
  gone->end();
  EXPECT_EQ(run(2), "here none");
}

TEST_F(RunQueueTest, GivesAwayHalfOfWhatHasNotBegun) {
  push(a, {"a1", "a2", "a3", "a4"});
  push(b, {"b1", "b2"});
  queue.push_woken(call(b, "woken"));
  std::string taken;
  auto half = queue.take_half(64);
  while (auto delivery = half.pop()) taken += delivery->event.as<Ping>().text + " ";
  EXPECT_EQ(taken, "a1 a2 b1 ");
  EXPECT_EQ(queue.ready(), 3U);
  EXPECT_EQ(queue.take_half(1).pop()->event.as<Ping>().text, "a3");
}

TEST_F(RunQueueTest, GivesAwayASingleEvent) {
  push(a, {"a"});
  EXPECT_FALSE(queue.take_half(64).empty());
  EXPECT_TRUE(queue.take_half(64).empty());
}

TEST_F(RunQueueTest, RemovesWhatBelongsToOneApp) {
  push(a, {"a1", "a2"});
  events.push_back(event(a, "begun"));
  queue.push_back(std::make_unique<Unstarted>(Unstarted{*events.back(), module, nullptr}));
  const auto ended = call(a, "ended");
  ended->end();
  queue.push_woken(ended);
  push(b, {"b"});
  auto removed = queue.remove(*a);
  EXPECT_EQ(removed.events.pop()->event.as<Ping>().text, "a1");
  EXPECT_EQ(removed.events.pop()->event.as<Ping>().text, "a2");
  EXPECT_TRUE(removed.events.empty());
  EXPECT_FALSE(removed.modules.empty());
  EXPECT_TRUE(queue.remove(*a).events.empty());
  EXPECT_EQ(run(2), "b none");
}

// However many apps: the time of each grows by what it is given, and nobody is far behind.
TEST_F(RunQueueTest, IsFairToManyApps) {
  constexpr int kApps = 100;
  std::vector<std::shared_ptr<RunningApp>> apps;
  for (int i = 0; i < kApps; ++i) {
    apps.push_back(make_app(std::to_string(i)));
    for (int n = 0; n < 50; ++n) queue.push_yielded(call(apps.back(), "call"));
  }
  std::map<const RunningApp*, std::chrono::nanoseconds> used;
  std::uint64_t random = 1;
  for (int turns = 0; turns < 20 * kApps; ++turns) {
    random = random * 6364136223846793005 + 1442695040888963407;
    const auto turn = queue.pop(true);
    const std::chrono::nanoseconds time(random >> 44);
    queue.charge(*turn.app, time);
    used[turn.app.get()] += time;
  }
  const auto [least, most] =
      std::ranges::minmax(apps, {}, [&](auto& app) { return used[app.get()]; });
  EXPECT_LE(used[most.get()] - used[least.get()], std::chrono::nanoseconds(1 << 20));
}

}  // namespace
}  // namespace hermes::runtime
