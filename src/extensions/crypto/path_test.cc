#include "extensions/crypto/path.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace hermes::crypto {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(PathTest, HasAnIndexForEachStep) {
  EXPECT_THAT(*parse_path("m/1852'/1815H/0'/2/0"),
              ElementsAre(1852 + kHardened, 1815 + kHardened, kHardened, 2, 0));
  EXPECT_THAT(*parse_path("m/2147483647/2147483647'"), ElementsAre(0x7fffffff, 0xffffffff));
  EXPECT_THAT(*parse_path("m/007"), ElementsAre(7));
  EXPECT_THAT(*parse_path("m"), IsEmpty());
}

TEST(PathTest, RefusesWhatIsNone) {
  constexpr const char* kNone[] = {"",
                                   "M/0",
                                   "/0",
                                   "0/1",
                                   "m/",
                                   "m//0",
                                   "m/0/",
                                   "m/ 0",
                                   "m/-1",
                                   "m/+1",
                                   "m/0x1",
                                   "m/1.0",
                                   "m/a",
                                   "m/'",
                                   "m/0''",
                                   "m/0'H",
                                   "m/0h",
                                   "m/0\"",
                                   "m/1852 ",
                                   "n/0",
                                   "mm/0",
                                   "m/2147483648",
                                   "m/4294967296'",
                                   "m/99999999999999999999"};
  for (const auto* text : kNone) EXPECT_FALSE(parse_path(text)) << text;
  EXPECT_FALSE(parse_path(std::string_view("m/0\0", 4)));
}

TEST(PathTest, HasALimit) {
  std::string path = "m";
  for (std::size_t i = 0; i < kMaxSteps; ++i) path += "/2147483647'";
  EXPECT_THAT(*parse_path(path), SizeIs(kMaxSteps));
  EXPECT_THAT(parse_path(path + "/0").error().message(), HasSubstr("at most 255 steps"));
  EXPECT_FALSE(parse_path(std::string(10'000, '/')));
}

}  // namespace
}  // namespace hermes::crypto
