#include "runtime/queue_usage.h"

#include <gtest/gtest.h>

namespace hermes::runtime {
namespace {

TEST(QueueUsage, HoldsNoMoreThanItsLimits) {
  QueueUsage usage(2, 100);
  EXPECT_TRUE(usage.add(100));
  EXPECT_FALSE(usage.add(1)) << "the bytes are used up";
  usage.remove(100);
  EXPECT_TRUE(usage.add(1));
  EXPECT_TRUE(usage.add(1));
  EXPECT_FALSE(usage.add(1)) << "the events are used up";
  EXPECT_EQ(usage.events(), 2U);
  EXPECT_EQ(usage.bytes(), 2U);
}

TEST(QueueUsage, StaysAsItIsWhenItsLimitFalls) {
  QueueUsage usage(10, 100);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(usage.add(10));
  usage.limit(3, 20);
  EXPECT_FALSE(usage.add(0));
  for (int i = 0; i < 4; ++i) usage.remove(10);
  EXPECT_FALSE(usage.add(11));
  EXPECT_TRUE(usage.add(10));
}

TEST(QueueUsage, KnowsNoSizeThatIsTooLargeForIt) {
  QueueUsage usage(10, ~std::size_t{0});
  EXPECT_FALSE(usage.add(~std::size_t{0}));
  EXPECT_TRUE(usage.add(1));
}

TEST(QueueShare, IsGivenBackOnce) {
  const auto app = std::make_shared<AppQueue>(10, 100, 10, 100);
  const auto engine = std::make_shared<QueueUsage>(10, 100);
  ASSERT_TRUE(app->all.add(30));
  ASSERT_TRUE(engine->add(30));
  {
    QueueShare share(app, engine, 30);
    QueueShare moved = std::move(share);
    moved.release();
    EXPECT_EQ(app->all.events(), 0U);
    EXPECT_EQ(engine->bytes(), 0U);
  }
  EXPECT_EQ(app->all.events(), 0U);
  ASSERT_TRUE(app->all.add(30));
  ASSERT_TRUE(app->reserve.add(30));
  QueueShare(app, nullptr, 30).withdraw();
  EXPECT_EQ(app->all.events(), 0U);
  EXPECT_EQ(app->reserve.bytes(), 0U);
}

TEST(AppQueue, IsSweptWhenMostIsWithdrawn) {
  AppQueue queue(1'000, 1'000, 0, 0);
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(queue.all.add(1));
  for (int i = 0; i < 164; ++i) queue.count_withdrawn();
  EXPECT_FALSE(queue.is_sweep_due());
  queue.count_withdrawn();
  EXPECT_TRUE(queue.is_sweep_due());
  EXPECT_FALSE(queue.is_sweep_due()) << "somebody does it";
}

}  // namespace
}  // namespace hermes::runtime
