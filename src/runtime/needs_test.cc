#include "runtime/needs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hermes::runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Need kNeeds[] = {
    {"hermes:cron/api#add", "cron"},
    {"hermes:cron/api#delay", "cron"},
    {"hermes:init/api#done", "shutdown"},
    {"hermes:http-request/api#send", "outbound:"},
};

std::vector<UnmetNeed> unmet(const App& app, const std::vector<std::string>& imports) {
  return unmet_needs(app, "api", imports, kNeeds);
}

TEST(Needs, OfImportsAreMetByPermissions) {
  const std::vector<std::string> imports{"hermes:cron/api#add", "hermes:http-request/api#send"};
  EXPECT_THAT(unmet({.id = "a", .permissions = {"cron", "outbound:a.example:443"}}, imports),
              IsEmpty());
  EXPECT_THAT(unmet({.id = "a"}, {"hermes:cron/api#rm", "hermes:kv-store/api#kv-get"}), IsEmpty())
      << "these need nothing";
}

TEST(Needs, ThatAreNotMetAreToldAllAtOnce) {
  const App app{.id = "local:a", .permissions = {"shutdown"}};
  const auto found = unmet(app, {"hermes:cron/api#add", "hermes:cron/api#delay",
                                 "hermes:init/api#done", "hermes:http-request/api#send"});
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_THAT(found[0].imports, ElementsAre("hermes:cron/api#add", "hermes:cron/api#delay"));
  EXPECT_FALSE(found[0].is_asked_for);
  EXPECT_EQ(found[0].describe(app),
            "module 'api' imports hermes:cron/api#add, hermes:cron/api#delay, which need the "
            "permission 'cron', for which its app.json does not ask (\"permissions\": [\"cron\"]): "
            "each call of it is refused");
  EXPECT_EQ(found[1].describe(app),
            "module 'api' imports hermes:http-request/api#send, which needs a permission "
            "'outbound:host', for which its app.json does not ask (\"permissions\": "
            "[\"outbound:host\"]): each call of it is refused");
}

TEST(Needs, ThatWereAskedForNameTheLineThatGrantsThem) {
  const App app{.id = "a@91ab",
                .permissions = {"cron"},
                .denied = {.permissions = {"outbound:a.example", "shutdown"}}};
  const auto found = unmet(app, {"hermes:cron/api#add", "hermes:http-request/api#send"});
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_TRUE(found[0].is_asked_for);
  EXPECT_EQ(
      found[0].describe(app),
      "module 'api' imports hermes:http-request/api#send, which needs a permission "
      "'outbound:host': the app asks for it and was not granted it; to grant it, write into "
      "the configuration: [apps.\"a@91ab\"] permissions = [\"cron\", \"outbound:a.example\"]");
}

}  // namespace
}  // namespace hermes::runtime
