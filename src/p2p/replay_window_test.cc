#include "p2p/replay_window.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace hermes::p2p {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kStart = 1'800'000'000'000'000'000;
constexpr UtcTime kNow(500'000h);
constexpr auto kLife = 10min;

TEST(ReplayWindow, HearsEachMessageOnceInWhateverOrder) {
  ReplayWindow window;
  for (const std::uint64_t i : {5U, 3U, 4U, 9U, 1U, 2U, 8U, 7U, 6U}) {
    EXPECT_TRUE(window.note("a", kStart + i, kNow + kLife)) << i;
    EXPECT_FALSE(window.note("a", kStart + i, kNow + kLife)) << i;
  }
  EXPECT_TRUE(window.note("b", kStart + 5, kNow + kLife));
}

TEST(ReplayWindow, HearsNothingFromBelowTheWindow) {
  ReplayWindow window;
  const auto far = kStart + ReplayWindow::kWidth;
  EXPECT_TRUE(window.note("a", kStart, kNow + kLife));
  EXPECT_TRUE(window.note("a", far, kNow + kLife));
  EXPECT_FALSE(window.note("a", kStart, kNow + kLife));
  EXPECT_TRUE(window.note("a", kStart + 1, kNow + kLife));
  EXPECT_TRUE(window.note("a", far + 10 * ReplayWindow::kWidth, kNow + kLife));
  EXPECT_FALSE(window.note("a", far + 1, kNow + kLife));
}

TEST(ReplayWindow, HearsAllOfALongSequence) {
  ReplayWindow window;
  for (std::uint64_t i = 0; i < 3 * ReplayWindow::kWidth; ++i) {
    ASSERT_TRUE(window.note("a", kStart + i, kNow + kLife));
    if (i > 0) {
      ASSERT_FALSE(window.note("a", kStart + i - 1, kNow + kLife));
    }
  }
}

TEST(ReplayWindow, KnowsWhatWasHeardInALifeBefore) {
  ReplayWindow window;
  window.begin("a", kStart + 2, kNow + kLife);
  EXPECT_FALSE(window.note("a", kStart + 1, kNow + kLife));
  EXPECT_FALSE(window.note("a", kStart + 2, kNow + kLife));
  EXPECT_TRUE(window.note("a", kStart + 3, kNow + kLife));
}

// As many as can be known, the first of which expires first.
ReplayWindow full() {
  ReplayWindow window;
  for (std::uint64_t i = 0; i < ReplayWindow::kMostAuthors; ++i) {
    EXPECT_TRUE(window.note(std::to_string(i), kStart, kNow + kLife + std::chrono::seconds(i)));
  }
  return window;
}

TEST(ReplayWindow, ForgetsWhoWasSilentLongestForANewcomer) {
  auto window = full();
  const auto later = kNow + kLife + std::chrono::seconds(ReplayWindow::kMostAuthors);
  EXPECT_TRUE(window.note("0", kStart + 1, later)) << "which is no longer the first";
  EXPECT_TRUE(window.note("newcomer", kStart, later));
  EXPECT_FALSE(window.note("newcomer", kStart, later));
  EXPECT_EQ(window.authors(), ReplayWindow::kMostAuthors);
  EXPECT_EQ(window.forgotten(), kNow + kLife + 1s);
  EXPECT_FALSE(window.note("0", kStart + 1, later)) << "it is known still";
  EXPECT_FALSE(window.note("1", kStart, kNow + kLife + 1s)) << "it is a replay still";
  EXPECT_TRUE(window.note("1", kStart + 1, later)) << "it goes on";
  EXPECT_FALSE(window.note("1", kStart, kNow + kLife + 1s)) << "it is a replay still";
}

TEST(ReplayWindow, AStrangerWithManyNamesMakesNobodyHeardTwice) {
  ReplayWindow window;
  ASSERT_TRUE(window.note("honest", kStart, kNow + kLife));
  for (std::uint64_t i = 0; i < 2 * ReplayWindow::kMostAuthors; ++i) {
    window.note(std::to_string(i), 2 * kStart, kNow + kLife + std::chrono::milliseconds(i));
  }
  EXPECT_EQ(window.authors(), ReplayWindow::kMostAuthors);
  EXPECT_FALSE(window.note("honest", kStart, kNow + kLife));
  EXPECT_TRUE(window.note("honest", kStart + 1, kNow + kLife + 10s));
  EXPECT_TRUE(window.note("newcomer", kStart, kNow + kLife + 10s));
}

TEST(ReplayWindow, HearsNoNewcomerWhoseMessageExpiresBeforeAllOthers) {
  auto window = full();
  EXPECT_FALSE(window.note("newcomer", kStart, kNow + kLife));
  EXPECT_EQ(window.forgotten(), UtcTime{}) << "nobody is forgotten for it";
}

TEST(ReplayWindow, KnowsOfALifeBeforeUntilWhenItHadForgotten) {
  ReplayWindow window;
  window.begin(kNow + kLife);
  EXPECT_FALSE(window.note("a", kStart, kNow + kLife));
  EXPECT_TRUE(window.note("a", kStart, kNow + kLife + 1s));
}

TEST(ReplayWindow, OfMoreAuthorsOfALifeBeforeItKnowsThoseWhoseMessagesLiveLongest) {
  auto window = full();
  window.begin("early", kStart, kNow);
  EXPECT_EQ(window.forgotten(), kNow);
  window.begin("late", kStart, kNow + 24h);
  EXPECT_EQ(window.forgotten(), kNow + kLife);
  EXPECT_FALSE(window.note("late", kStart, kNow + 24h));
}

}  // namespace
}  // namespace hermes::p2p
