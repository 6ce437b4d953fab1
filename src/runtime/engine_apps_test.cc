// How apps start and stop while the engine runs.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <utility>

#include "runtime/engine_fixture.h"

namespace hermes::runtime {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

class EngineAppsTest : public EngineFixture {};

TEST_F(EngineAppsTest, SaysWhatIsWrongWithEveryModule) {
  start();
  auto bad = app("clock", "returns");
  bad.modules.push_back({.id = "one", .component = "?", .config = "{}"});
  bad.modules.push_back({.id = "two", .component = "!", .config = "{}"});
  EXPECT_EQ(engine->start_app(bad).error().message(),
            "app 'clock': module 'one': it is no component\n"
            "app 'clock': module 'two': it is no component");
  EXPECT_THAT(journal.take(), ElementsAre());
  EXPECT_TRUE(engine->start_app(app("clock", "returns"))) << "nothing of it is left";
}

TEST_F(EngineAppsTest, RefusesAnAppThatRunsAlready) {
  start();
  ASSERT_TRUE(engine->start_app(app("clock", "returns")));
  EXPECT_EQ(engine->start_app(app("clock", "returns")).error().message(),
            "an app named 'clock' is already running");
  ASSERT_TRUE(engine->stop_app("clock"));
  EXPECT_TRUE(engine->start_app(app("clock", "returns")));
}

TEST_F(EngineAppsTest, DoesNotStartAnAppThatAnExtensionRefuses) {
  start();
  second->app_error = Error(Code::Denied, "not this one");
  EXPECT_EQ(engine->start_app(app("clock", "returns")).error().message(),
            "app 'clock': b: not this one");
  EXPECT_THAT(journal.take(),
              ElementsAre("a: app_started clock", "b: app_started clock", "a: app_stopped clock"));
}

TEST_F(EngineAppsTest, OpensAnAppOnceEveryExtensionIsReady) {
  start();
  // As hermes:init does: an event during the start decides.
  first->opening = [&](const App& opened, UniqueFunction<void(Result<>)> ready) {
    auto shared = std::make_shared<UniqueFunction<void(Result<>)>>(std::move(ready));
    post(opened.id, "early");
    ASSERT_TRUE(engine->events().post(Ping{}, {.app = opened.id}, {"init", ""},
                                      {.on_done =
                                           [&, shared](EventOutcome) {
                                             journal.add("init done");
                                             (*shared)({});
                                           }},
                                      {.during_start = true}));
  };
  ASSERT_TRUE(engine->start_app(app("clock", "returns")));
  engine->stop();
  const auto lines = journal.take();
  EXPECT_LT(std::ranges::find(lines, "init done"), std::ranges::find(lines, "early replied"));
  EXPECT_NE(std::ranges::find(lines, "early replied"), lines.end());
}

TEST_F(EngineAppsTest, EndsAnAppThatDoesNotGetReady) {
  start();
  second->opening = [&](const App& opened, UniqueFunction<void(Result<>)> ready) {
    post(opened.id, "early");
    ready(Error(Code::GuestFailed, "module 'main': init returned false"));
  };
  EXPECT_EQ(engine->start_app(app("clock", "returns")).error().message(),
            "app 'clock': module 'main': init returned false");
  EXPECT_THAT(journal.take(),
              ElementsAre("a: app_started clock", "b: app_started clock", "a: app_opening clock",
                          "b: app_opening clock", "early app stopped", "b: app_stopped clock",
                          "a: app_stopped clock"));
  second->opening = nullptr;
  EXPECT_TRUE(engine->start_app(app("other", "returns")));
}

TEST_F(EngineAppsTest, TakesADroppedAnswerForAnError) {
  start();
  second->opening = [](const App&, UniqueFunction<void(Result<>)>) {};
  EXPECT_EQ(engine->start_app(app("clock", "returns")).error().message(),
            "app 'clock': 'b' gave up");
}

TEST_F(EngineAppsTest, LowersTheLimitsOfTheAppToItsOwn) {
  start();
  Promise<CallLimits> limits;
  scripts["limits"] = [&](Poll& poll) {
    limits.set(poll.info.app->limits);
    return Progress::Finished;
  };
  auto greedy = app("greedy", "limits");
  greedy.limits = {.memory = std::size_t{1} << 40, .cpu = 1ms, .wall = 1h, .calls = 1'000'000};
  ASSERT_TRUE(engine->start_app(greedy));
  post("greedy", "x");
  EXPECT_EQ(limits.get().memory, CallLimits{}.memory);
  EXPECT_EQ(limits.get().cpu, 1ms);
  EXPECT_EQ(limits.get().wall, CallLimits{}.wall);
  EXPECT_EQ(limits.get().calls, CallLimits{}.calls);
}

TEST_F(EngineAppsTest, StopsOneAppAndRunsTheOthersOn) {
  start();
  ASSERT_TRUE(engine->start_app(app("clock", "returns")));
  ASSERT_TRUE(engine->start_app(app("other", "returns")));
  journal.take();
  post("clock", "one");
  ASSERT_TRUE(engine->stop_app("clock"));
  EXPECT_THAT(journal.take(),
              ElementsAre("one replied", "b: app_stopped clock", "a: app_stopped clock"));
  EXPECT_EQ(engine->stop_app("clock").error().message(), "no app 'clock' is running");
  EXPECT_EQ(engine->events().post(Ping{}, {.app = "clock"}, {"test", "x"}).error().code(),
            Code::NotFound);
  post("other", "two");
  engine->stop();
  EXPECT_THAT(journal.take().front(), ::testing::AnyOf("two replied", "b: quiesce"));
}

}  // namespace
}  // namespace hermes::runtime
