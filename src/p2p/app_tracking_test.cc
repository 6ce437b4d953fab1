#include "p2p/app_tracking.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "p2p/temporary_home.h"

namespace hermes::p2p {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class AppTrackingTest : public ::testing::Test {
 protected:
  std::unique_ptr<AppTracking> open() const { return *AppTracking::open(home.path / "apps.db"); }

  const TemporaryHome home;
  const RecordLimits limits{.records = 2, .bytes = 10};
};

TEST_F(AppTrackingTest, NamesAreThereInTheNextLife) {
  {
    const auto tracking = open();
    EXPECT_TRUE(*tracking->add(Tracked::Topic, "app", "b", 10));
    EXPECT_TRUE(*tracking->add(Tracked::Topic, "app", "a", 10));
    EXPECT_FALSE(*tracking->add(Tracked::Topic, "app", "a", 10));
    EXPECT_TRUE(*tracking->add(Tracked::Topic, "other", "a", 10));
    EXPECT_TRUE(*tracking->add(Tracked::Evicted, "app", "a", 10));
  }
  const auto tracking = open();
  EXPECT_THAT(*tracking->names(Tracked::Topic, "app"), ElementsAre("a", "b"));
  EXPECT_THAT(
      *tracking->all(Tracked::Topic),
      ElementsAre(TrackedName{"app", "a"}, TrackedName{"app", "b"}, TrackedName{"other", "a"}));
  EXPECT_TRUE(*tracking->remove(Tracked::Topic, "app", "a"));
  EXPECT_FALSE(*tracking->remove(Tracked::Topic, "app", "a"));
  EXPECT_THAT(*tracking->names(Tracked::Evicted, "app"), ElementsAre("a"));
}

TEST_F(AppTrackingTest, NamesOfAKindAreBoundedForEachApp) {
  const auto tracking = open();
  ASSERT_TRUE(*tracking->add(Tracked::Topic, "app", "a", 2));
  ASSERT_TRUE(*tracking->add(Tracked::Topic, "app", "b", 2));
  EXPECT_EQ(tracking->add(Tracked::Topic, "app", "c", 2).error().code(), Code::LimitReached);
  EXPECT_THAT(*tracking->names(Tracked::Topic, "app"), ElementsAre("a", "b"));
  EXPECT_FALSE(*tracking->add(Tracked::Topic, "app", "b", 2)) << "it is there";
  EXPECT_TRUE(*tracking->add(Tracked::Provided, "app", "c", 2));
  EXPECT_TRUE(*tracking->add(Tracked::Topic, "other", "c", 2));
}

TEST_F(AppTrackingTest, ARecordsSequenceGrows) {
  {
    const auto tracking = open();
    EXPECT_EQ(*tracking->put_record("app", "key", "one", 100, limits), 100);
    EXPECT_EQ(*tracking->put_record("app", "key", "two", 100, limits), 101);
    EXPECT_EQ(*tracking->put_record("app", "key", "three", 7, limits), 102)
        << "also when the clock steps back";
    EXPECT_EQ(*tracking->put_record("other", "key", "one", 7, limits), 7);
  }
  const auto tracking = open();
  const auto record = *tracking->record("app", "key");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->value, "three");
  EXPECT_EQ(record->sequence, 102);
  EXPECT_FALSE(*tracking->record("app", "none"));
  EXPECT_THAT(*tracking->record_keys("app"), ElementsAre("key"));
  EXPECT_THAT(*tracking->all_record_keys(),
              ElementsAre(TrackedName{"app", "key"}, TrackedName{"other", "key"}));
}

TEST_F(AppTrackingTest, RecordsAreBoundedForEachApp) {
  const auto tracking = open();
  ASSERT_TRUE(tracking->put_record("app", "a", "1234", 1, limits));
  EXPECT_EQ(tracking->put_record("app", "b", "12345", 1, limits).error().code(),
            Code::LimitReached);
  ASSERT_TRUE(tracking->put_record("app", "b", "1234", 1, limits));
  EXPECT_EQ(tracking->put_record("app", "c", "", 1, limits).error().code(), Code::LimitReached);
  EXPECT_TRUE(tracking->put_record("app", "b", "4321", 1, limits)) << "it takes its own place";
  EXPECT_TRUE(tracking->put_record("other", "c", "1234", 1, limits));
}

TEST_F(AppTrackingTest, KnowsWhatWasHeardOfEachAuthorLately) {
  const UtcTime now(1'000h);
  const auto tracking = open();
  ASSERT_TRUE(tracking->set_heard("app", {{"a", {5, now}}, {"b", {7, now - 2h}}}, {}));
  ASSERT_TRUE(tracking->set_heard("app", {{"a", {6, now}}}, now - 3h));
  ASSERT_TRUE(tracking->set_heard("app", {{"a", {4, now - 1h}}}, now - 3h)) << "it came late";
  EXPECT_THAT(*tracking->heard("app", now - 3h),
              ElementsAre(std::pair("a", Heard{6, now}), std::pair("b", Heard{7, now - 2h})));
  EXPECT_THAT(*tracking->heard("app", now - 1h), ElementsAre(std::pair("a", Heard{6, now})));
  EXPECT_THAT(*tracking->heard("other", now - 3h), IsEmpty());
  ASSERT_TRUE(tracking->set_heard("app", {{"c", {1, now + 3h}}}, now + 1h));
  EXPECT_THAT(*tracking->heard("app", {}), ElementsAre(std::pair("c", Heard{1, now + 3h})))
      << "the others are forgotten while the engine runs";
}

TEST_F(AppTrackingTest, EachLifeHasAHigherNumber) {
  EXPECT_EQ(*open()->next_life(5), 5U);
  EXPECT_EQ(*open()->next_life(5), 6U);
  EXPECT_EQ(*open()->next_life(2), 7U);
  EXPECT_EQ(*open()->next_life(50), 50U);
}

TEST_F(AppTrackingTest, NothingIsKeptForAnAppThatIsRemoved) {
  const auto tracking = open();
  for (const auto* app : {"app", "other"}) {
    ASSERT_TRUE(tracking->add(Tracked::Topic, app, "a", 2).has_value());
    ASSERT_TRUE(tracking->put_record(app, "key", "value", 1, limits));
    ASSERT_TRUE(tracking->set_heard(app, {{"a", {5, UtcTime(1h)}}}, {}));
  }
  EXPECT_THAT(*tracking->apps(), ElementsAre("app", "other"));
  ASSERT_TRUE(tracking->release_all("app"));
  EXPECT_THAT(*tracking->apps(), ElementsAre("other"));
  EXPECT_THAT(*tracking->names(Tracked::Topic, "app"), IsEmpty());
  EXPECT_THAT(*tracking->record_keys("app"), IsEmpty());
  EXPECT_THAT(*tracking->heard("app", {}), IsEmpty());
  EXPECT_THAT(*tracking->names(Tracked::Topic, "other"), ElementsAre("a"));
  EXPECT_THAT(*tracking->record_keys("other"), ElementsAre("key"));
}

}  // namespace
}  // namespace hermes::p2p
