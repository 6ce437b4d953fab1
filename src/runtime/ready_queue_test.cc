#include "runtime/ready_queue.h"

#include <gtest/gtest.h>

#include <string>

#include "runtime/scheduler_fixture.h"

namespace hermes::runtime {
namespace {

class ReadyQueueTest : public ::testing::Test {
 protected:
  std::shared_ptr<RunningApp> make_app(AppId id) {
    auto generation = std::make_shared<Generation>();
    generation->app = std::make_shared<const App>(App{.id = std::move(id)});
    return std::make_shared<RunningApp>(std::move(generation), QueueLimits{}, 1, gate);
  }
  static std::unique_ptr<Delivery> event(const std::shared_ptr<RunningApp>& app, std::string text) {
    return std::make_unique<Delivery>(app, Event{.type = &wasm::kExportType<Ping>,
                                                 .arguments = Ping{std::move(text)},
                                                 .target = {},
                                                 .source = {},
                                                 .on_reply = nullptr,
                                                 .on_done = nullptr});
  }
  std::string pop_all() {
    std::string all;
    while (auto delivery = queue.pop()) all += delivery->event.as<Ping>().text + " ";
    return all;
  }

  io::SystemClock clock;
  Gate gate{clock};
  std::shared_ptr<RunningApp> a = make_app("a");
  std::shared_ptr<RunningApp> b = make_app("b");
  ReadyQueue queue{0};
};

TEST_F(ReadyQueueTest, LetsAppsTakeTurns) {
  for (const auto* text : {"a1", "a2", "a3", "a4"}) queue.push(event(a, text));
  for (const auto* text : {"b1", "b2"}) queue.push(event(b, text));
  EXPECT_EQ(queue.size(), 6U);
  EXPECT_EQ(pop_all(), "a1 b1 a2 b2 a3 a4 ");
  EXPECT_EQ(queue.size(), 0U);
}

TEST_F(ReadyQueueTest, TakesBackWhatCouldNotBegin) {
  for (const auto* text : {"a1", "a2"}) queue.push(event(a, text));
  queue.push(event(b, "b1"));
  auto first = queue.pop();
  queue.push_front(std::move(first));
  EXPECT_EQ(pop_all(), "a1 b1 a2 ");
}

TEST_F(ReadyQueueTest, RemovesWhatBelongsToOneApp) {
  for (const auto* text : {"a1", "a2"}) queue.push(event(a, text));
  queue.push(event(b, "b1"));
  auto removed = queue.remove(*a);
  EXPECT_EQ(removed.pop()->event.as<Ping>().text, "a1");
  EXPECT_EQ(removed.pop()->event.as<Ping>().text, "a2");
  EXPECT_TRUE(removed.empty());
  EXPECT_EQ(queue.size(), 1U);
  EXPECT_TRUE(queue.remove(*a).empty());
  EXPECT_EQ(pop_all(), "b1 ");
}

}  // namespace
}  // namespace hermes::runtime
