#include "package/grants.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace hermes::package {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

runtime::App app_that_asks(std::string id) {
  return {.id = std::move(id),
          .permissions = {"cron", "outbound:a.example"},
          .hostnames = {"a.example", "b.example"}};
}

TEST(Grants, AreAllForADirectoryOfWhichNothingIsSaid) {
  auto app = app_that_asks("local:a");
  apply_grants({}, app);
  EXPECT_THAT(app.permissions, UnorderedElementsAre("cron", "outbound:a.example"));
  EXPECT_THAT(app.hostnames, UnorderedElementsAre("a.example", "b.example"));
  EXPECT_THAT(app.denied.permissions, IsEmpty());
  EXPECT_EQ(how_to_grant(app), "");
}

TEST(Grants, AreNoneForAPackageOfWhichNothingIsSaid) {
  for (const auto* id : {"a@91ab", "unsigned:a"}) {
    auto app = app_that_asks(id);
    apply_grants({{"local:a", {.permissions = {{"cron"}}}}}, app);
    EXPECT_THAT(app.permissions, IsEmpty());
    EXPECT_THAT(app.hostnames, IsEmpty());
    EXPECT_THAT(app.denied.permissions, UnorderedElementsAre("cron", "outbound:a.example"));
    EXPECT_THAT(app.denied.hostnames, UnorderedElementsAre("a.example", "b.example"));
  }
}

TEST(Grants, OnlyNarrow) {
  const GrantsOfApps grants = {{"a@91ab",
                                {.permissions = {{"outbound:a.example:443", "shutdown"}},
                                 .hostnames = {{"b.example", "c.example"}},
                                 .memory = 1 << 20,
                                 .cpu = 1h,
                                 .calls = 3,
                                 .storage = {.sqlite = 4'096}}}};
  auto app = app_that_asks("a@91ab");
  apply_grants(grants, app);
  EXPECT_THAT(app.permissions, ElementsAre("outbound:a.example:443"));
  EXPECT_THAT(app.hostnames, ElementsAre("b.example"));
  EXPECT_THAT(app.denied.permissions, UnorderedElementsAre("cron", "outbound:a.example"));
  EXPECT_THAT(app.denied.hostnames, ElementsAre("a.example"));
  EXPECT_EQ(app.limits.memory, 1U << 20U);
  EXPECT_EQ(app.limits.cpu, runtime::CallLimits().cpu);
  EXPECT_EQ(app.limits.wall, runtime::CallLimits().wall);
  EXPECT_EQ(app.limits.calls, 3U);
  EXPECT_EQ(app.storage.sqlite, 4'096U);
  EXPECT_EQ(how_to_grant(app),
            R"([apps."a@91ab"] permissions = ["cron", "outbound:a.example", )"
            R"("outbound:a.example:443"] hostnames = ["a.example", "b.example"])");
}

TEST(Grants, OfADirectoryLeaveWhatTheyDoNotName) {
  auto app = app_that_asks("local:a");
  apply_grants({{"local:a", {.permissions = std::set<std::string>()}}}, app);
  EXPECT_THAT(app.permissions, IsEmpty());
  EXPECT_THAT(app.hostnames, UnorderedElementsAre("a.example", "b.example"));
}

}  // namespace
}  // namespace hermes::package
