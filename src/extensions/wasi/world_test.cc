#include "extensions/wasi/world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/strings.h"

namespace hermes::wasi {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

Result<World> world(std::string_view section) {
  auto manifest = json::Document::parse(concat(R"({"wasi": )", section, "}"), "app.json");
  EXPECT_TRUE(manifest);
  return world_of({.id = "local:app", .manifest = *manifest},
                  {.data_bytes = 1'000, .tmp_bytes = 100});
}

TEST(World, IsWhatTheManifestSays) {
  const auto found = world(R"({"arguments": ["-v", ""], "environment": {"A": "1", "B": ""}})");
  ASSERT_TRUE(found) << found.error().message();
  EXPECT_THAT(found->arguments, ElementsAre("-v", ""));
  EXPECT_THAT(found->environment, ElementsAre(Pair("A", "1"), Pair("B", "")));
}

TEST(World, HasWhatTheEngineGrantsOrLess) {
  EXPECT_EQ(world("{}")->data_bytes, 1'000U);
  EXPECT_EQ(world(R"({"data_bytes": 10})")->data_bytes, 10U);
  EXPECT_EQ(world("{}")->tmp_bytes, 100U);
  EXPECT_EQ(world(R"({"tmp_bytes": 0})")->tmp_bytes, 0U);
}

TEST(World, SaysWhatIsWrong) {
  const struct {
    const char* section;
    const char* error;
  } cases[] = {
      {R"([])", "/wasi: "},
      {R"({"args": []})", "/wasi/args: unknown member"},
      {R"({"arguments": [1]})", "/wasi/arguments/0: expected a string"},
      {R"({"arguments": ["\u0000"]})", "/wasi/arguments/0: expected a text without NUL"},
      {R"({"environment": {"A": 1}})", "/wasi/environment/A: expected a string"},
      {R"({"environment": {"A=B": "1"}})", "the name of a variable"},
      {R"({"environment": {"": "1"}})", "the name of a variable"},
      {R"({"data_bytes": 1001})", "/wasi/data_bytes: "},
      {R"({"tmp_bytes": 101})", "/wasi/tmp_bytes: "},
  };
  for (const auto& c : cases) {
    const auto found = world(c.section);
    ASSERT_FALSE(found) << c.section;
    EXPECT_THAT(found.error().message(), HasSubstr(c.error));
  }
}

}  // namespace
}  // namespace hermes::wasi
