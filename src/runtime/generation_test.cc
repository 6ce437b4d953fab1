#include "runtime/generation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "base/strings.h"
#include "runtime/engine_fixture.h"

namespace hermes::runtime {
namespace {

using ::testing::ElementsAre;

// Modules say who they are; a call for "held" waits.
class GenerationsTest : public EngineFixture {
 protected:
  void start_old() {
    const auto program = std::make_shared<int>(0);
    old_program = program;
    scripts["old"] = saying("old", program);
    scripts["new"] = saying("new", nullptr);
    start();
    ASSERT_TRUE(engine->start_app(app("clock", "old")));
    scripts.erase("old");
    journal.take();
  }

  Script saying(const char* version, std::shared_ptr<int> program) {
    return [this, version, program](Poll& poll) {
      const auto& text = poll.event.as<Ping>().text;
      if (text == "held" && poll.count == 0) {
        waiting.set(poll.waker);
        return Progress::Waiting;
      }
      journal.add(concat(version, ": ", text, " ", poll.info.execution));
      answered = version;
      return Progress::Finished;
    };
  }

  /// Which generation an event goes to now.
  std::string ask() {
    Promise<int> done;
    EXPECT_TRUE(engine->events().post(Ping{"asks"}, {.app = "clock"}, {"test", "", true},
                                      {.on_done = [&](EventOutcome) { done.set(1); }}));
    done.get();
    return answered.load();
  }

  std::weak_ptr<int> old_program;
  std::atomic<const char*> answered{""};
};

TEST_F(GenerationsTest, TheNewOneTakesOverWhileTheOldOneFinishes) {
  start_old();
  post("clock", "held");
  post("clock", "queued");
  waiting.get();
  std::atomic<bool> updated{false};
  std::jthread update([&] {
    EXPECT_TRUE(engine->update_app(app("clock", "new")));
    updated = true;
  });
  while (ask() != "new") {
  }
  EXPECT_FALSE(updated) << "a call of the old one runs";
  journal.take();
  waiting.get()->wake();
  update.join();
  EXPECT_EQ(ask(), "new");
  engine->stop();
  const auto lines = journal.take();
  const auto place = [&](std::string_view line) {
    return std::ranges::find_if(lines, [&](const auto& l) { return l.starts_with(line); });
  };
  EXPECT_LT(place("old: held"), place("new: queued")) << "lanes span generations";
  EXPECT_NE(place("new: queued"), lines.end());
}

TEST_F(GenerationsTest, ExtensionsChangeBetweenOpeningAndTheFirstEvent) {
  start_old();
  second->opening = [&](const App& opened, UniqueFunction<void(Result<>)> ready) {
    EXPECT_EQ(opened.generation, 2U);
    auto shared = std::make_shared<UniqueFunction<void(Result<>)>>(std::move(ready));
    ASSERT_TRUE(engine->events().post(Ping{"init"}, {.app = opened.id}, {"init", ""},
                                      {.on_done = [shared](EventOutcome) { (*shared)({}); }},
                                      {.during_start = true}));
  };
  EXPECT_EQ(ask(), "old");
  ASSERT_TRUE(engine->update_app(app("clock", "new")));
  EXPECT_EQ(ask(), "new");
  EXPECT_THAT(
      journal.take(),
      ElementsAre("old: asks 1", "a: app_opening clock", "b: app_opening clock", "new: init 2",
                  "a: app_changed old new", "b: app_changed old new", "new: asks 3"))
      << "executions are counted on";
}

TEST_F(GenerationsTest, NothingIsLeftOfTheOldOne) {
  start_old();
  scripts["new"] = [](Poll&) { return Progress::Finished; };
  EXPECT_EQ(ask(), "old");
  EXPECT_FALSE(old_program.expired());
  ASSERT_TRUE(engine->update_app(app("clock", "new")));
  EXPECT_TRUE(old_program.expired());
}

TEST_F(GenerationsTest, TheOldOneStaysWhereTheNewOneDoesNotLoad) {
  start_old();
  EXPECT_EQ(engine->update_app(app("clock", "?")).error().message(),
            "app 'clock': module 'main': it is no component");
  EXPECT_EQ(ask(), "old");
  EXPECT_THAT(journal.take(), ElementsAre("old: asks 1"));
}

TEST_F(GenerationsTest, TheOldOneStaysWhereTheNewOneDoesNotOpen) {
  start_old();
  second->opening = [](const App&, UniqueFunction<void(Result<>)> ready) {
    ready(Error(Code::GuestFailed, "init returned false"));
  };
  EXPECT_EQ(engine->update_app(app("clock", "new")).error().message(),
            "app 'clock': init returned false");
  EXPECT_EQ(ask(), "old");
  EXPECT_THAT(journal.take(),
              ElementsAre("a: app_opening clock", "b: app_opening clock", "old: asks 1"));
}

TEST_F(GenerationsTest, ExtensionsChangeBackWhereOneOfThemDoesNotChange) {
  start_old();
  second->change_error = Error(Code::InvalidArgument, "no such port");
  EXPECT_EQ(engine->update_app(app("clock", "new")).error().message(),
            "app 'clock': b: no such port");
  EXPECT_EQ(ask(), "old");
  EXPECT_THAT(journal.take(),
              ElementsAre("a: app_opening clock", "b: app_opening clock", "a: app_changed old new",
                          "b: app_changed old new", "a: app_changed new old", "old: asks 1"));
}

TEST_F(GenerationsTest, OneOfAnAppThatDoesNotRunIsRefused) {
  start();
  EXPECT_EQ(engine->update_app(app("clock", "new")).error().message(), "no app 'clock' is running");
}

}  // namespace
}  // namespace hermes::runtime
