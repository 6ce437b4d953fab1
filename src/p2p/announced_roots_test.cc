#include "p2p/announced_roots.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "p2p/holdings.h"
#include "p2p/temporary_home.h"
#include "sql/database.h"

namespace hermes::p2p {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class AnnouncedRootsTest : public ::testing::Test {
 protected:
  AnnouncedRootsTest() { open(); }

  void open() {
    roots = *AnnouncedRoots::open(home.path / "apps.db");
    holdings = *Holdings::open(home.path / "apps.db");
  }

  void pin(const char* app, const Cid& cid) const { ASSERT_TRUE(holdings->pin(app, cid, 5, {})); }
  void unpin(const char* app, const Cid& cid) const { ASSERT_TRUE(*holdings->unpin(app, cid)); }

  // Their names, those that are to be withdrawn with a '-'.
  std::vector<std::string> due(Dht dht, std::size_t most = 10) const {
    std::vector<std::string> names;
    const auto found = *roots->due(dht, now, most);
    for (const auto& root : found) {
      const bool is_first = root.multihash == one.multihash();
      names.push_back(std::string(root.is_pinned ? "" : "-") + (is_first ? "one" : "other"));
    }
    return names;
  }
  void told(Dht dht, const Cid& cid) const {
    ASSERT_TRUE(roots->told(dht, {cid.multihash()}, now));
  }
  void forget(const Cid& cid) const {
    for (const auto dht : {Dht::Lan, Dht::Wan}) {
      ASSERT_TRUE(roots->forget(dht, {cid.multihash()}));
    }
  }

  const TemporaryHome home;
  const Cid one = Cid::of("block", kRaw, 1);
  const Cid other = Cid::of("other", kRaw, 1);
  UtcTime now{std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)};
  std::unique_ptr<AnnouncedRoots> roots;
  std::unique_ptr<Holdings> holdings;
};

TEST_F(AnnouncedRootsTest, WhatIsPinnedIsDueInEachTableAndAgainAfter22Hours) {
  pin("app", one);
  EXPECT_THAT(due(Dht::Lan), ElementsAre("one"));
  EXPECT_THAT(due(Dht::Wan), ElementsAre("one"));
  told(Dht::Lan, one);
  EXPECT_THAT(due(Dht::Lan), IsEmpty());
  EXPECT_THAT(due(Dht::Wan), ElementsAre("one"));
  open();  // As after a restart.
  now += 22h - 1s;
  EXPECT_THAT(due(Dht::Lan), IsEmpty());
  now += 1s;
  EXPECT_THAT(due(Dht::Lan), ElementsAre("one"));
}

TEST_F(AnnouncedRootsTest, WhatNobodyPinsAnyMoreIsWithdrawnAndForgotten) {
  pin("app", one);
  pin("app", one);
  pin("other app", one);
  told(Dht::Lan, one);
  unpin("app", one);
  unpin("app", one);
  EXPECT_THAT(due(Dht::Lan), IsEmpty()) << "another app pins it";
  ASSERT_TRUE(holdings->release_all("other app"));
  EXPECT_THAT(due(Dht::Lan), ElementsAre("-one"));
  forget(one);
  EXPECT_THAT(due(Dht::Lan), IsEmpty());
}

TEST_F(AnnouncedRootsTest, WhatIsPinnedAgainMeanwhileIsNotForgotten) {
  pin("app", one);
  told(Dht::Lan, one);
  unpin("app", one);
  pin("app", one);
  forget(one);
  EXPECT_THAT(due(Dht::Lan), ElementsAre("one"));
}

TEST_F(AnnouncedRootsTest, WhatIsUnpinnedMeanwhileIsNotTakenForTold) {
  pin("app", one);
  unpin("app", one);
  told(Dht::Lan, one);
  EXPECT_THAT(due(Dht::Lan), ElementsAre("-one"));
}

TEST_F(AnnouncedRootsTest, BothVersionsOfAnIdentifierAreOneRoot) {
  pin("app", Cid::of("node", kDagPb, 0));
  pin("app", Cid::of("node", kDagPb, 1));
  EXPECT_EQ(due(Dht::Lan).size(), 1);
  unpin("app", Cid::of("node", kDagPb, 0));
  EXPECT_THAT(due(Dht::Lan), ElementsAre("other"));
}

// Of before there were roots, or of which only what was pinned since is one.
TEST_F(AnnouncedRootsTest, WhatIsPinnedInAnOlderHomeIsARootToo) {
  for (const auto* change : {"DROP TABLE roots", "UPDATE roots SET pins = 1"}) {
    pin("app", one);
    pin("app", other);
    pin("other app", other);
    roots.reset();
    holdings.reset();
    {
      const auto database = *sql::open(home.path / "apps.db", SQLITE_OPEN_READWRITE);
      ASSERT_TRUE(sql::run(*database, change));
      ASSERT_TRUE(sql::run(*database, "PRAGMA user_version = 0"));
    }
    open();
    EXPECT_THAT(due(Dht::Wan), UnorderedElementsAre("one", "other"));
    unpin("app", other);
    told(Dht::Wan, other);
    EXPECT_THAT(due(Dht::Wan), ElementsAre("one")) << "another app pins it";
    unpin("app", one);
    unpin("other app", other);
    EXPECT_THAT(due(Dht::Wan), UnorderedElementsAre("-one", "-other"));
  }
}

TEST_F(AnnouncedRootsTest, WhatANameHoldsItselfIsNotAnnounced) {
  const auto inlined = Cid::from_bytes(std::string_view("\x01\x55\x00\x02hi", 6));
  ASSERT_TRUE(inlined);
  pin("app", *inlined);
  EXPECT_THAT(due(Dht::Lan), IsEmpty());
}

TEST_F(AnnouncedRootsTest, TheMostOverdueComesFirst) {
  pin("app", one);
  pin("app", other);
  ASSERT_TRUE(roots->put_off(Dht::Lan, {one.multihash()}, now + 5s));
  EXPECT_THAT(due(Dht::Lan), ElementsAre("other"));
  now += 5s;
  EXPECT_THAT(due(Dht::Lan), ElementsAre("other", "one"));
  EXPECT_THAT(due(Dht::Lan, 1), ElementsAre("other"));
}

TEST_F(AnnouncedRootsTest, AClockThatIsSetBackHoldsNothingUp) {
  pin("app", one);
  told(Dht::Lan, one);
  now -= 1h;
  EXPECT_THAT(due(Dht::Lan), ElementsAre("one"));
}

TEST_F(AnnouncedRootsTest, ATableIsToldOfAllAnew) {
  pin("app", one);
  pin("app", other);
  told(Dht::Lan, one);
  told(Dht::Wan, one);
  ASSERT_TRUE(roots->renew(Dht::Lan));
  EXPECT_THAT(due(Dht::Lan), UnorderedElementsAre("one", "other"));
  EXPECT_THAT(due(Dht::Wan), ElementsAre("other"));
}

TEST_F(AnnouncedRootsTest, CountsWhatOneOfTheTablesKnows) {
  pin("app", one);
  pin("app", other);
  told(Dht::Wan, one);
  auto counts = *roots->counts(now);
  EXPECT_EQ(counts.roots, 2);
  EXPECT_EQ(counts.announced, 1);
  counts = *roots->counts(now + 48h);
  EXPECT_EQ(counts.announced, 0) << "others have forgotten";
}

}  // namespace
}  // namespace hermes::p2p
