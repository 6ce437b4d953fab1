#include "runtime/section.h"

#include <gtest/gtest.h>

namespace hermes::runtime {
namespace {

using End = Section::End;
using Tick = Section::Tick;

class SectionTest : public ::testing::Test {
 protected:
  Tick tick(bool may_take = true) {
    return section.tick([&] {
      ++asked;
      return may_take;
    });
  }

  Section section;
  int asked = 0;
};

TEST_F(SectionTest, IsShortWhereTheClockDoesNotMeetItThreeTimes) {
  const auto number = section.begin();
  EXPECT_EQ(tick(), Tick::Nothing);
  EXPECT_EQ(tick(), Tick::Nothing);
  EXPECT_EQ(section.end(number), End::Short);
  EXPECT_EQ(tick(), Tick::Nothing);
  EXPECT_EQ(asked, 0);
}

TEST_F(SectionTest, IsTakenAtTheThirdTick) {
  const auto number = section.begin();
  EXPECT_EQ(tick(), Tick::Nothing);
  EXPECT_EQ(tick(), Tick::Nothing);
  EXPECT_EQ(tick(), Tick::Taken);
  EXPECT_EQ(tick(), Tick::Nothing);
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(section.end(number), End::Taken);
}

TEST_F(SectionTest, ManyShortOnesAreNotOneLongOne) {
  for (int i = 0; i < 10; ++i) {
    const auto number = section.begin();
    EXPECT_EQ(tick(), Tick::Nothing);
    EXPECT_EQ(section.end(number), End::Short);
  }
  EXPECT_EQ(asked, 0);
}

TEST_F(SectionTest, IsHeldUntilItMayBeTaken) {
  auto number = section.begin();
  EXPECT_EQ(tick(false), Tick::Nothing);
  EXPECT_EQ(tick(false), Tick::Nothing);
  EXPECT_EQ(tick(false), Tick::Refused);
  EXPECT_EQ(tick(false), Tick::Nothing);
  EXPECT_EQ(asked, 2);
  EXPECT_EQ(section.end(number), End::Held);
  EXPECT_LE(section.held_since(), std::chrono::steady_clock::now());

  number = section.begin();
  for (int i = 0; i < 5; ++i) tick(false);
  EXPECT_EQ(tick(), Tick::Taken);
  EXPECT_EQ(section.end(number), End::Taken);
}

TEST_F(SectionTest, OthersCanBeginWhileOneIsAway) {
  const auto first = section.begin();
  for (int i = 0; i < 3; ++i) tick();
  const auto second = section.begin();
  for (int i = 0; i < 3; ++i) tick();
  const auto third = section.begin();
  EXPECT_EQ(section.end(first), End::Taken);
  EXPECT_EQ(section.end(third), End::Short);
  EXPECT_EQ(section.end(second), End::Taken);
}

}  // namespace
}  // namespace hermes::runtime
