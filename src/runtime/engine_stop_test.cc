// What becomes of events when the engine stops.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "runtime/engine_fixture.h"

namespace hermes::runtime {
namespace {

using ::testing::ElementsAre;

class EngineStopTest : public EngineFixture {};

TEST_F(EngineStopTest, DrainsWhatIsQueuedWhenItStops) {
  start();
  ASSERT_TRUE(engine->start_app(app("clock", "waits")));
  post("clock", "one");
  std::jthread stopping([&] { engine->stop(); });
  waiting.get()->wake();
  stopping.join();
  EXPECT_THAT(
      journal.take(),
      ElementsAre("a: app_started clock", "b: app_started clock", "a: app_opening clock",
                  "b: app_opening clock", ::testing::AnyOf("b: quiesce", "one replied"),
                  ::testing::_, ::testing::_, "b: app_stopped clock", "a: app_stopped clock",
                  "b: stop", "a: stop", "b: destroyed", "a: destroyed"));
}

TEST_F(EngineStopTest, CancelsTheRestWhenItStopsAtOnce) {
  start();
  ASSERT_TRUE(engine->start_app(app("clock", "waits")));
  post("clock", "one");
  post("clock", "two");
  waiting.get();
  journal.take();
  engine->stop_now();
  engine->stop();
  EXPECT_THAT(journal.take(),
              ElementsAre("b: quiesce", "a: quiesce", "one cancelled", "two app stopped",
                          "b: app_stopped clock", "a: app_stopped clock", "b: stop", "a: stop",
                          "b: destroyed", "a: destroyed"));
  EXPECT_THAT(log.take_messages(),
              ElementsAre("the grace period is over: what still runs is cancelled"));
}

TEST_F(EngineStopTest, StopsWaitingWhenItIsToldTo) {
  start();
  ASSERT_TRUE(engine->start_app(app("clock", "waits")));
  post("clock", "one");
  waiting.get();
  std::jthread stopping([&] { engine->stop(); });
  engine->stop_now();
}

}  // namespace
}  // namespace hermes::runtime
