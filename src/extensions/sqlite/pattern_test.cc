#include "extensions/sqlite/pattern.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <array>
#include <random>
#include <string>

#include "base/strings.h"

namespace hermes::sqlite {
namespace {

const std::function<bool()> kNever = [] { return false; };

class PatternTest : public ::testing::Test {
 protected:
  /// Up to 8 of them, one after the other.
  template <std::size_t kCount>
  std::string some(const std::array<const char*, kCount>& pieces) {
    std::string text;
    for (auto left = random() % 9; left > 0; --left) text += pieces[random() % kCount];
    return text;
  }

  std::mt19937 random{5};
};

TEST_F(PatternTest, LikeMatchesWhatThatOfSqliteDoes) {
  constexpr std::array kText = {"a", "b", "A", "ä", "Ä", "%", "_", "€"};
  constexpr std::array kPattern = {"a", "b", "B", "ä", "€", "%", "%", "_", "\\"};
  for (int i = 0; i < 200'000; ++i) {
    const auto text = some(kText);
    const auto pattern = some(kPattern);
    for (const auto* escape : {"", "\\", "a"}) {
      const bool theirs =
          sqlite3_strlike(pattern.c_str(), text.c_str(), static_cast<unsigned char>(*escape)) == 0;
      EXPECT_EQ(like(text, pattern, escape, kNever), theirs)
          << concat("'", text, "' LIKE '", pattern, "' ESCAPE '", escape, "'");
    }
  }
}

TEST_F(PatternTest, GlobMatchesWhatThatOfSqliteDoes) {
  constexpr std::array kText = {"a", "b", "c", "ä", "€", "]", "-", "^", "["};
  constexpr std::array kPattern = {"a", "c", "ä", "*", "*", "?", "[", "]", "[a-b]", "-", "^", "[^"};
  for (int i = 0; i < 500'000; ++i) {
    const auto text = some(kText);
    const auto pattern = some(kPattern);
    const bool theirs = sqlite3_strglob(pattern.c_str(), text.c_str()) == 0;
    EXPECT_EQ(glob(text, pattern, "", kNever), theirs)
        << concat("'", text, "' GLOB '", pattern, "'");
  }
}

TEST_F(PatternTest, EndsWhenItMust) {
  int asked = 0;
  const std::function<bool()> after_a_while = [&] { return ++asked == 3; };
  const std::string text(1 << 20, 'a');
  EXPECT_EQ(like(text, concat("%", std::string(400, 'a'), "b"), "", after_a_while), std::nullopt);
  EXPECT_EQ(asked, 3);
  asked = 0;
  EXPECT_EQ(glob(text, "*b", "", after_a_while), std::nullopt);
  // A long set takes as long as many characters.
  asked = 0;
  const auto set = concat("*[", std::string(40'000, 'b'), "]");
  EXPECT_EQ(glob(std::string(100, 'a'), set, "", after_a_while), std::nullopt);
}

}  // namespace
}  // namespace hermes::sqlite
