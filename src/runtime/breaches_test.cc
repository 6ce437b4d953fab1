#include "runtime/breaches.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "testing/manual_time.h"
#include "testing/recording_log.h"

namespace hermes::runtime {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::uint64_t count_of(const BreachCounts& counts, Limit limit) {
  return counts[static_cast<std::size_t>(limit)];
}

class BreachesTest : public ::testing::Test {
 protected:
  hermes::testing::ManualTime time{UtcTime{}};
  hermes::testing::RecordingLog log;
  Breaches breaches{time, log};
};

TEST_F(BreachesTest, AreCountedForTheAppAndInAll) {
  breaches.add("a");
  breaches.add("b");
  breaches.report({Limit::Keys, "a"});
  breaches.count(Limit::Keys, "a");
  breaches.count(Limit::Keys, "b");
  breaches.count(Limit::HttpRate);
  EXPECT_EQ(count_of(breaches.of("a"), Limit::Keys), 2U);
  EXPECT_EQ(count_of(breaches.of("b"), Limit::Keys), 1U);
  EXPECT_EQ(total(breaches.of("b")), 1U);
  EXPECT_EQ(count_of(breaches.all(), Limit::Keys), 3U);
  EXPECT_EQ(count_of(breaches.all(), Limit::HttpRate), 1U);
  EXPECT_EQ(total(breaches.all()), 4U);
}

TEST_F(BreachesTest, OfAnAppThatIsGoneStayInTheTotal) {
  breaches.add("a");
  breaches.report({Limit::Keys, "a"});
  breaches.remove("a");
  breaches.report({Limit::Keys, "a"});
  EXPECT_EQ(total(breaches.of("a")), 0U);
  EXPECT_EQ(total(breaches.all()), 2U);
  breaches.add("a");
  EXPECT_EQ(total(breaches.of("a")), 0U);
}

TEST_F(BreachesTest, AreLoggedWithWhoMetThem) {
  breaches.report({Limit::CronEntries, "app", "module", "hermes:cron/event#on-cron", 7});
  const auto records = log.take();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].level, log::Level::Warn);
  EXPECT_EQ(records[0].app, "app");
  EXPECT_EQ(records[0].module, "module");
  EXPECT_EQ(records[0].event, "hermes:cron/event#on-cron");
  EXPECT_EQ(records[0].execution, 7U);
  EXPECT_THAT(records[0].message, HasSubstr("limits.cron_entries"));
}

TEST_F(BreachesTest, AFloodOfThemIsOneRecordASecond) {
  breaches.add("a");
  for (int i = 0; i < 1'000; ++i) breaches.report({Limit::AppEvents, "a"});
  EXPECT_EQ(log.take_messages().size(), 1U);
  time.advance(999ms);
  breaches.report({Limit::AppEvents, "a"});
  EXPECT_THAT(log.take(), IsEmpty());
  time.advance(1ms);
  breaches.report({Limit::AppEvents, "a"});
  EXPECT_THAT(log.take_messages(),
              ElementsAre(EndsWith("; 1000 more times since the record before")));
  time.advance(1s);
  breaches.report({Limit::AppEvents, "a"});
  EXPECT_THAT(log.take_messages(), ElementsAre(std::string(describe(Limit::AppEvents))));
}

TEST_F(BreachesTest, OfAnotherAppOrLimitAreNotHiddenByIt) {
  breaches.add("a");
  breaches.add("b");
  breaches.report({Limit::AppEvents, "a"});
  breaches.report({Limit::AppEvents, "b"});
  breaches.report({Limit::Events, "a"});
  breaches.report({Limit::AppEvents});
  EXPECT_EQ(log.take().size(), 4U);
}

TEST(Limit, EachHasANameAndADescriptionOfItsOwn) {
  std::set<std::string_view> names;
  std::set<std::string_view> texts;
  for (std::size_t number = 0; number < kLimits; ++number) {
    names.insert(name(static_cast<Limit>(number)));
    texts.insert(describe(static_cast<Limit>(number)));
  }
  EXPECT_EQ(names.size(), kLimits);
  EXPECT_EQ(texts.size(), kLimits);
}

}  // namespace
}  // namespace hermes::runtime
