#include "runtime/lanes.h"

#include <gtest/gtest.h>

#include "runtime/scheduler_fixture.h"

namespace hermes::runtime {
namespace {

class LanesTest : public ::testing::Test {
 protected:
  std::unique_ptr<Delivery> event(Source source, std::string text = "") {
    return event_to(app, std::move(source), std::move(text));
  }
  std::unique_ptr<Delivery> event_to(std::shared_ptr<RunningApp> to, Source source,
                                     std::string text = "") {
    return std::make_unique<Delivery>(std::move(to), Event{.type = &wasm::kExportType<Ping>,
                                                           .arguments = Ping{std::move(text)},
                                                           .target = {},
                                                           .source = std::move(source),
                                                           .on_reply = nullptr,
                                                           .on_done = nullptr});
  }
  std::shared_ptr<RunningApp> make_app(AppId id) {
    auto generation = std::make_shared<Generation>();
    generation->app = std::make_shared<const App>(App{.id = std::move(id)});
    return std::make_shared<RunningApp>(std::move(generation), QueueLimits{}, 1, gate);
  }

  io::SystemClock clock;
  Gate gate{clock};
  std::shared_ptr<RunningApp> app = make_app("app");
  Lanes lanes;
};

TEST_F(LanesTest, LetOneEventOfASourceGoAtATimeInOrder) {
  auto first = lanes.enter(event({"cron", "tick"}));
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(lanes.enter(event({"cron", "tick"}, "second")), nullptr);
  EXPECT_EQ(lanes.enter(event({"cron", "tick"}, "third")), nullptr);

  auto* lane = first->lane;
  auto second = lanes.leave(*lane);
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(second->event.as<Ping>().text, "second");
  auto third = lanes.leave(*second->lane);
  ASSERT_NE(third, nullptr);
  EXPECT_EQ(third->event.as<Ping>().text, "third");
  EXPECT_EQ(lanes.leave(*third->lane), nullptr);
}

TEST_F(LanesTest, AreOneForEachAppExtensionAndKey) {
  const auto other = make_app("other");
  auto cron = lanes.enter(event({"cron", "x"}));
  auto topic = lanes.enter(event({"ipfs", "x"}));
  auto key = lanes.enter(event({"cron", "y"}));
  auto app_too = lanes.enter(event_to(other, {"cron", "x"}));
  EXPECT_EQ(lanes.size(), 4U);
  for (const auto* delivery : {&cron, &topic, &key, &app_too}) {
    ASSERT_NE(*delivery, nullptr);
    EXPECT_EQ(lanes.leave(*(*delivery)->lane), nullptr);
  }
}

TEST_F(LanesTest, ExistOnlyWhileTheyHoldSomething) {
  for (int i = 0; i < 1'000; ++i) {
    auto delivery = lanes.enter(event({"kv", std::to_string(i)}));
    EXPECT_EQ(lanes.size(), 1U);
    EXPECT_EQ(lanes.leave(*delivery->lane), nullptr);
    EXPECT_EQ(lanes.size(), 0U);
  }
}

TEST_F(LanesTest, AreNotNeededForAUniqueSource) {
  const auto a = lanes.enter(event({"http_gateway", "GET /", true}));
  const auto b = lanes.enter(event({"http_gateway", "GET /", true}));
  ASSERT_TRUE(a && b);
  EXPECT_EQ(a->lane, nullptr);
  EXPECT_EQ(lanes.size(), 0U);
}

TEST_F(LanesTest, DropALongQueueWithoutRecursion) {
  auto first = lanes.enter(event({"cron", "tick"}));
  for (int i = 0; i < 200'000; ++i) ASSERT_EQ(lanes.enter(event({"cron", "tick"})), nullptr);
}

}  // namespace
}  // namespace hermes::runtime
