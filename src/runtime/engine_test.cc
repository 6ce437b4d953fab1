#include "runtime/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <utility>

#include "runtime/engine_fixture.h"

namespace hermes::runtime {
namespace {

using ::testing::ElementsAre;

class EngineTest : public EngineFixture {};

TEST_F(EngineTest, LeadsExtensionsThroughTheirLife) {
  ASSERT_TRUE(engine->start(std::move(extensions)));
  ASSERT_TRUE(engine->start_app(app("clock", "returns")));
  EXPECT_THAT(journal.take(),
              ElementsAre("a: link", "b: link", "a: start", "b: start", "a: app_started clock",
                          "b: app_started clock", "a: app_opening clock", "b: app_opening clock"));
  engine->stop();
  EXPECT_THAT(journal.take(), ElementsAre("b: quiesce", "a: quiesce", "b: app_stopped clock",
                                          "a: app_stopped clock", "b: stop", "a: stop",
                                          "b: destroyed", "a: destroyed"));
}

TEST_F(EngineTest, RefusesTwoExtensionsOfOneName) {
  extensions.push_back(std::make_unique<JournalExtension>("a", journal));
  EXPECT_EQ(engine->start(std::move(extensions)).error().message(), "two extensions are named 'a'");
}

TEST_F(EngineTest, StopsWhatHadStartedWhenAnExtensionDoesNot) {
  second->start_error = Error(Code::Busy, "the port is taken");
  EXPECT_EQ(engine->start(std::move(extensions)).error().message(),
            "starting extension 'b': the port is taken");
  journal.take();
  engine.reset();
  EXPECT_THAT(journal.take(), ElementsAre("a: quiesce", "a: stop", "b: destroyed", "a: destroyed"));
}

TEST_F(EngineTest, AddsUpWhatAllAppsHaveUsed) {
  std::atomic<std::chrono::nanoseconds::rep> used{0};
  scripts["traps"] = [&](Poll& poll) {
    const auto begin = std::chrono::steady_clock::now();
    poll.executor.use_slice();
    used += (std::chrono::steady_clock::now() - begin).count();
    poll.reply = Error(Code::GuestFailed, "a trap");
    return Progress::Finished;
  };
  start();
  ASSERT_TRUE(engine->start_app(app("gone", "traps")));
  ASSERT_TRUE(engine->start_app(app("here", "traps")));
  post("gone", "a");
  post("here", "b");
  engine->breaches().report({Limit::Keys, "gone"});
  engine->breaches().report({Limit::Keys, "here"});
  ASSERT_TRUE(engine->stop_app("gone"));
  const auto until = std::chrono::steady_clock::now() + kGrace;
  while (engine->usage().failures.trapped < 2 && std::chrono::steady_clock::now() < until) {
    std::this_thread::yield();
  }
  const auto here = engine->usage("here");
  const auto all = engine->usage();
  EXPECT_EQ(all.failures.trapped, 2U);
  EXPECT_EQ(total(all.breaches), 2U);
  EXPECT_EQ(total(here->breaches), 1U);
  EXPECT_GE(all.cpu, here->cpu);
  EXPECT_GE(all.cpu.count(), used.load());
  EXPECT_EQ(all.calls, 0U);
}

TEST_F(EngineTest, WaitsForTheFirstRequestToShutDown) {
  std::jthread asking([&] {
    engine->request(3);
    engine->request(4);
  });
  asking.join();
  EXPECT_EQ(engine->wait(), 3);
  EXPECT_EQ(engine->wait(), 3);
}

TEST_F(EngineTest, HasAReactorForEachWorkerBeforeItStarts) {
  EXPECT_EQ(engine->reactors().size(), 2U);
}

}  // namespace
}  // namespace hermes::runtime
