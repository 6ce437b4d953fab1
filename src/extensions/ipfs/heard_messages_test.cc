#include "extensions/ipfs/heard_messages.h"

#include <gtest/gtest.h>

#include "p2p/temporary_home.h"
#include "sql/database.h"

namespace hermes::ipfs {
namespace {

using namespace std::chrono_literals;

class HeardMessagesTest : public ::testing::Test {
 protected:
  const p2p::TemporaryHome home;
  const std::unique_ptr<p2p::AppTracking> tracking = *p2p::AppTracking::open(home.path / "apps.db");
  const UtcTime now{500'000h};
};

TEST_F(HeardMessagesTest, EachIsHeardOnceAlsoInTheNextLife) {
  HeardMessages before;
  EXPECT_TRUE(before.note("topic", "author", 5, now));
  EXPECT_FALSE(before.note("topic", "author", 5, now));
  EXPECT_TRUE(before.note("other", "author", 5, now));
  EXPECT_FALSE(before.is_saved());
  ASSERT_TRUE(before.save(*tracking, "app", now));
  EXPECT_TRUE(before.is_saved());
  HeardMessages after;
  ASSERT_TRUE(after.load(*tracking, "app", now + 5min));
  EXPECT_FALSE(after.note("topic", "author", 5, now + 5min));
  EXPECT_TRUE(after.note("topic", "author", 6, now + 5min));
  HeardMessages of_another;
  ASSERT_TRUE(of_another.load(*tracking, "other", now));
  EXPECT_TRUE(of_another.note("topic", "author", 5, now));
}

TEST_F(HeardMessagesTest, TheHighestNumberIsKept) {
  HeardMessages before;
  EXPECT_TRUE(before.note("topic", "author", 9, now));
  ASSERT_TRUE(before.save(*tracking, "app", now));
  EXPECT_TRUE(before.note("topic", "author", 8, now)) << "it came another way, and later";
  ASSERT_TRUE(before.save(*tracking, "app", now));
  HeardMessages after;
  ASSERT_TRUE(after.load(*tracking, "app", now));
  EXPECT_FALSE(after.note("topic", "author", 9, now));
}

TEST_F(HeardMessagesTest, WhatIsNotSavedIsSavedTheNextTime) {
  HeardMessages before;
  EXPECT_TRUE(before.note("topic", "author", 5, now));
  const auto file = (home.path / "apps.db").native();
  const auto other = *sql::open(file, SQLITE_OPEN_READWRITE);
  ASSERT_TRUE(sql::run(*other, "ALTER TABLE heard RENAME TO gone"));
  EXPECT_FALSE(before.save(*tracking, "app", now));
  EXPECT_FALSE(before.is_saved());
  ASSERT_TRUE(sql::run(*other, "ALTER TABLE gone RENAME TO heard"));
  ASSERT_TRUE(before.save(*tracking, "app", now));
  HeardMessages after;
  ASSERT_TRUE(after.load(*tracking, "app", now));
  EXPECT_FALSE(after.note("topic", "author", 5, now));
}

TEST_F(HeardMessagesTest, WhatHasExpiredNeedNotBeKnown) {
  HeardMessages before;
  EXPECT_TRUE(before.note("topic", "author", 5, now));
  ASSERT_TRUE(before.save(*tracking, "app", now));
  HeardMessages after;
  ASSERT_TRUE(after.load(*tracking, "app", now + p2p::ReplayWindow::kMemory + 1s));
  EXPECT_TRUE(after.note("topic", "author", 5, now));
}

}  // namespace
}  // namespace hermes::ipfs
