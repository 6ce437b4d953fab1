#include "base/recent_log.h"

#include <gtest/gtest.h>

#include <utility>

namespace hermes::log {
namespace {

using Lines = std::vector<std::string>;

class Reader final : public Follower {
 public:
  Reader(Lines& lines, const bool& is_gone) : lines_(lines), is_gone_(is_gone) {}
  void take(std::string_view line) override { lines_.emplace_back(line); }
  bool is_gone() const override { return is_gone_; }

 private:
  Lines& lines_;
  const bool& is_gone_;
};

TEST(RecentLog, KeepsTheLatestOfEachApp) {
  RecentLog log;
  for (int i = 0; i < 10; ++i) log.add("a", std::to_string(i) + "\n");
  log.add("b", "other\n");
  EXPECT_EQ(log.latest("a", 3), (Lines{"7", "8", "9"}));
  EXPECT_EQ(log.latest("a", 100).size(), 10U);
  EXPECT_EQ(log.latest("b", 3), (Lines{"other"}));
  EXPECT_EQ(log.latest("c", 3), Lines());
  log.forget("a");
  EXPECT_EQ(log.latest("a", 3), Lines());
}

TEST(RecentLog, KeepsSixtyFourKibibytes) {
  RecentLog log;
  for (int i = 0; i < 100; ++i) log.add("a", std::string(1024, 'x'));
  EXPECT_EQ(log.latest("a", 1000).size(), 64U);
  log.add("a", std::string(100'000, 'x'));
  EXPECT_EQ(log.latest("a", 1000).size(), 1U) << "the last is kept, whatever its length";
}

TEST(RecentLog, IsFollowed) {
  RecentLog log;
  Lines lines;
  bool is_gone = false;
  log.add("a", "1\n");
  log.add("a", "2\n");
  log.follow("a", 1, std::make_unique<Reader>(lines, is_gone));
  log.add("b", "not this\n");
  log.add("a", "3\n");
  EXPECT_EQ(lines, (Lines{"2", "3"}));
  is_gone = true;
  log.add("a", "4\n");
  EXPECT_EQ(lines.size(), 2U);
}

}  // namespace
}  // namespace hermes::log
