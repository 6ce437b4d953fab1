// The app apps/counter in four languages, as their own tools build it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>

#include "base/strings.h"
#include "testing/program/language_apps.h"

namespace hermes::testing {
namespace {

using ::testing::HasSubstr;

class LanguagesTest : public LanguageApps {
 protected:
  LanguagesTest() : LanguageApps("counter") {}
};

TEST_F(LanguagesTest, EachAnswersLogsAndCountsForItself) {
  for (const std::string_view count : {"1", "2", "3"}) {
    for (const auto& language : languages) {
      const auto answer = hermes.curl(language.app, "/api/count", {"--request", "POST"});
      EXPECT_EQ(answer.status, 200) << language.name;
      EXPECT_EQ(answer.body, count) << language.name;
      const auto line = hermes.process().line_with(concat(language.name, " counted ", count));
      EXPECT_THAT(line, HasSubstr(concat("app=local:", language.app, " module=counter ")));
    }
  }
}

TEST_F(LanguagesTest, EachDeclinesWhatIsNotItsOwn) {
  for (const auto& language : languages) {
    EXPECT_EQ(hermes.curl(language.app, "/api/count").status, 404) << language.name;
    EXPECT_EQ(hermes.curl(language.app, "/api/else", {"--request", "POST"}).status, 404)
        << language.name;
  }
}

}  // namespace
}  // namespace hermes::testing
