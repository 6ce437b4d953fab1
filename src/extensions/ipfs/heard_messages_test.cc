#include "extensions/ipfs/heard_messages.h"

#include <gtest/gtest.h>

#include <string>

#include "p2p/temporary_home.h"
#include "sql/database.h"

namespace hermes::ipfs {
namespace {

using namespace std::chrono_literals;

class HeardMessagesTest : public ::testing::Test {
 protected:
  Opened message(std::uint64_t sequence) const { return {"data", sequence, now + kMessageLife}; }

  const p2p::TemporaryHome home;
  const std::unique_ptr<p2p::AppTracking> tracking = *p2p::AppTracking::open(home.path / "apps.db");
  const UtcTime now{500'000h};
};

TEST_F(HeardMessagesTest, EachIsHeardOnceAlsoInTheNextLife) {
  HeardMessages before;
  EXPECT_TRUE(before.note("topic", "author", message(5)));
  EXPECT_FALSE(before.note("topic", "author", message(5)));
  EXPECT_TRUE(before.note("other", "author", message(5)));
  EXPECT_FALSE(before.is_saved());
  ASSERT_TRUE(before.save(*tracking, "app", now));
  EXPECT_TRUE(before.is_saved());
  HeardMessages after;
  ASSERT_TRUE(after.load(*tracking, "app", now + 5min));
  EXPECT_FALSE(after.note("topic", "author", message(5)));
  EXPECT_TRUE(after.note("topic", "author", message(6)));
  HeardMessages of_another;
  ASSERT_TRUE(of_another.load(*tracking, "other", now));
  EXPECT_TRUE(of_another.note("topic", "author", message(5)));
}

TEST_F(HeardMessagesTest, TheHighestNumberIsKept) {
  HeardMessages before;
  EXPECT_TRUE(before.note("topic", "author", message(9)));
  ASSERT_TRUE(before.save(*tracking, "app", now));
  EXPECT_TRUE(before.note("topic", "author", message(8))) << "it came another way";
  ASSERT_TRUE(before.save(*tracking, "app", now));
  HeardMessages after;
  ASSERT_TRUE(after.load(*tracking, "app", now));
  EXPECT_FALSE(after.note("topic", "author", message(9)));
}

TEST_F(HeardMessagesTest, WhatIsNotSavedIsSavedTheNextTime) {
  HeardMessages before;
  EXPECT_TRUE(before.note("topic", "author", message(5)));
  const auto file = (home.path / "apps.db").native();
  const auto other = *sql::open(file, SQLITE_OPEN_READWRITE);
  ASSERT_TRUE(sql::run(*other, "ALTER TABLE heard RENAME TO gone"));
  EXPECT_FALSE(before.save(*tracking, "app", now));
  EXPECT_FALSE(before.is_saved());
  ASSERT_TRUE(sql::run(*other, "ALTER TABLE gone RENAME TO heard"));
  ASSERT_TRUE(before.save(*tracking, "app", now));
  HeardMessages after;
  ASSERT_TRUE(after.load(*tracking, "app", now));
  EXPECT_FALSE(after.note("topic", "author", message(5)));
}

TEST_F(HeardMessagesTest, WhatHasExpiredNeedNotBeKnown) {
  HeardMessages before;
  EXPECT_TRUE(before.note("topic", "author", message(5)));
  ASSERT_TRUE(before.save(*tracking, "app", now));
  HeardMessages after;
  ASSERT_TRUE(after.load(*tracking, "app", now + kMessageLife + 1s));
  EXPECT_TRUE(after.note("topic", "author", message(5)));
}

TEST_F(HeardMessagesTest, OfAuthorsThatWereForgottenNothingIsHeardTwiceInTheNextLife) {
  HeardMessages before;
  const Opened first{"data", 5, now + 1min};
  EXPECT_TRUE(before.note("topic", "first", first));
  ASSERT_TRUE(before.save(*tracking, "app", now));
  for (std::size_t i = 0; i < p2p::ReplayWindow::kMostAuthors; ++i) {
    EXPECT_TRUE(before.note("topic", std::to_string(i), message(5)));
  }
  ASSERT_TRUE(before.save(*tracking, "app", now));
  HeardMessages after;
  ASSERT_TRUE(after.load(*tracking, "app", now));
  EXPECT_FALSE(after.note("topic", "first", first));
  EXPECT_TRUE(after.note("topic", "newcomer", {"data", 5, now + kMessageLife + 1s}));
  EXPECT_LE(tracking->heard("app", now)->size(), p2p::ReplayWindow::kMostAuthors + 2);
}

}  // namespace
}  // namespace hermes::ipfs
