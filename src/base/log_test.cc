#include "base/log.h"

#include <gtest/gtest.h>

namespace hermes::log {
namespace {

TEST(Level, IsOrderedByWeight) {
  EXPECT_LT(weight(Level::Trace), weight(Level::Debug));
  EXPECT_LT(weight(Level::Debug), weight(Level::Info));
  EXPECT_LT(weight(Level::Info), weight(Level::Warn));
  EXPECT_LT(weight(Level::Warn), weight(Level::Error));
}

TEST(Level, HasAName) {
  for (const auto level : {Level::Trace, Level::Debug, Level::Info, Level::Warn, Level::Error}) {
    EXPECT_EQ(parse_level(name(level)), level);
  }
  EXPECT_EQ(parse_level("warning"), std::nullopt);
  EXPECT_EQ(parse_level(""), std::nullopt);
}

}  // namespace
}  // namespace hermes::log
