#include "net/closed_streams.h"

#include <gtest/gtest.h>

namespace hermes::net {
namespace {

using By = ClosedStreams::By;

TEST(ClosedStreams, RememberTheLast) {
  ClosedStreams closed;
  EXPECT_EQ(closed.find(0), By::Unknown);
  closed.add(1, By::Client);
  closed.add(5, By::Us);
  EXPECT_EQ(closed.find(1), By::Client);
  EXPECT_EQ(closed.find(3), By::Unknown);
  EXPECT_EQ(closed.find(5), By::Us);
  EXPECT_TRUE(closed.knows_all());
  for (int id = 7; id < 207; id += 2) closed.add(id, By::Us);
  EXPECT_EQ(closed.find(1), By::Unknown);
  EXPECT_EQ(closed.find(205), By::Us);
  EXPECT_FALSE(closed.knows_all());
}

}  // namespace
}  // namespace hermes::net
