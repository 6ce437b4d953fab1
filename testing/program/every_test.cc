// One component that imports every interface there is, in the engine as it is shipped.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "testing/program/app_folder.h"
#include "testing/program/hermes_program.h"

namespace hermes::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr auto kImports = "cron crypto hash http-request kv-store localtime logging sqlite wasi ";
constexpr auto kPatience = 30s;

TEST(EveryInterface, IsProvidedAndEveryEventHandled) {
  const auto app = app_of_guest("every", R"(, "permissions": ["cron"])");
  HermesProgram hermes({"run", app.path()});
  hermes.wait_for_app("every");
  const auto all = std::string(kImports) + "init on-cron kv-update ";
  const auto begin = std::chrono::steady_clock::now();
  auto answer = hermes.curl("every", "/api/");
  EXPECT_THAT(answer.body, HasSubstr(kImports));
  while (answer.body != all && std::chrono::steady_clock::now() - begin < kPatience) {
    answer = hermes.curl("every", "/api/");  // The events are on their way.
  }
  EXPECT_EQ(answer.body, all);
  EXPECT_THAT(hermes.process().line_with("every interface is called"), HasSubstr("INFO"));
}

TEST(EveryInterface, DoneWithoutThePermissionEndsTheCallAlone) {
  const auto app = app_of_guest("every", R"(, "permissions": ["cron"])");
  HermesProgram hermes({"run", app.path()});
  hermes.wait_for_app("every");
  EXPECT_EQ(hermes.curl("every", "/api/done", {"--data-raw", ""}).status, 502);
  EXPECT_EQ(hermes.curl("every", "/api/").status, 200);
}

TEST(EveryInterface, IsTestedByHermesTest) {
  const auto app = app_of_guest("every", R"(, "permissions": ["cron"])");
  const auto ended = hermes_command({"test", app.path() + "/every.wasm"});
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("1 passed, 0 failed"));
}

}  // namespace
}  // namespace hermes::testing
