#include "p2p/replay_window.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace hermes::p2p {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kStart = 1'800'000'000'000'000'000;
constexpr UtcTime kNow(500'000h);

TEST(ReplayWindow, HearsEachMessageOnceInWhateverOrder) {
  ReplayWindow window;
  for (const std::uint64_t i : {5U, 3U, 4U, 9U, 1U, 2U, 8U, 7U, 6U}) {
    EXPECT_TRUE(window.note("a", kStart + i, kNow)) << i;
    EXPECT_FALSE(window.note("a", kStart + i, kNow)) << i;
  }
  EXPECT_TRUE(window.note("b", kStart + 5, kNow));
}

TEST(ReplayWindow, HearsNothingFromBelowTheWindow) {
  ReplayWindow window;
  const auto far = kStart + ReplayWindow::kWidth;
  EXPECT_TRUE(window.note("a", kStart, kNow));
  EXPECT_TRUE(window.note("a", far, kNow));
  EXPECT_FALSE(window.note("a", kStart, kNow));
  EXPECT_TRUE(window.note("a", kStart + 1, kNow));
  EXPECT_TRUE(window.note("a", far + 10 * ReplayWindow::kWidth, kNow));
  EXPECT_FALSE(window.note("a", far + 1, kNow));
}

TEST(ReplayWindow, HearsAllOfALongSequence) {
  ReplayWindow window;
  for (std::uint64_t i = 0; i < 3 * ReplayWindow::kWidth; ++i) {
    ASSERT_TRUE(window.note("a", kStart + i, kNow));
    if (i > 0) {
      ASSERT_FALSE(window.note("a", kStart + i - 1, kNow));
    }
  }
}

TEST(ReplayWindow, KnowsWhatWasHeardInALifeBefore) {
  ReplayWindow window;
  window.begin("a", kStart + 2, kNow);
  EXPECT_FALSE(window.note("a", kStart + 1, kNow));
  EXPECT_FALSE(window.note("a", kStart + 2, kNow));
  EXPECT_TRUE(window.note("a", kStart + 3, kNow));
}

TEST(ReplayWindow, ForgetsNobodyForAStrangerWithManyNames) {
  ReplayWindow window;
  ASSERT_TRUE(window.note("honest", kStart, kNow));
  for (std::uint64_t i = 0; i < 2 * ReplayWindow::kMostAuthors; ++i) {
    window.note(std::to_string(i), 2 * kStart, kNow);
  }
  EXPECT_EQ(window.authors(), ReplayWindow::kMostAuthors);
  EXPECT_FALSE(window.note("honest", kStart, kNow)) << "it is a replay still";
  EXPECT_TRUE(window.note("honest", kStart + 1, kNow));
  EXPECT_FALSE(window.note("newcomer", kStart, kNow));
}

TEST(ReplayWindow, ForgetsWhoIsSilentForLongWhereAnotherComes) {
  ReplayWindow window;
  for (std::uint64_t i = 0; i < ReplayWindow::kMostAuthors; ++i) {
    ASSERT_TRUE(window.note(std::to_string(i), kStart, kNow));
  }
  const auto later = kNow + ReplayWindow::kMemory + 1s;
  EXPECT_TRUE(window.note("0", kStart + 1, later));
  EXPECT_TRUE(window.note("newcomer", kStart, later));
  EXPECT_EQ(window.authors(), 2U);
  EXPECT_FALSE(window.note("0", kStart + 1, later));
}

}  // namespace
}  // namespace hermes::p2p
