// One component that imports every interface there is, and handles every event, in the engine as it
// is shipped.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "testing/program/app_folder.h"
#include "testing/program/hermes_program.h"
#include "testing/servers/scripted_server.h"

namespace hermes::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using Names = std::set<std::string, std::less<>>;

constexpr auto kPatience = 30s;
constexpr std::string_view kMore =
    R"(, "permissions": ["cron", "ipfs", "outbound:127.0.0.1"],
       "wasi": {"arguments": ["--fast"], "environment": {"COLOUR": "green"}},
       "http": {"auth": {"module": "every", "api": "optional"}})";

Names lines_of(std::string_view text) {
  Names lines;
  for (const auto line : split(text, '\n')) {
    if (!line.empty()) lines.emplace(line);
  }
  return lines;
}

/// The interfaces with functions that the component imports, as `hermes inspect` tells.
Names imports_of(const std::string& component) {
  constexpr std::string_view kProvided = "  provided  ";
  const auto told = hermes_command({"inspect", component, "--home", HERMES_TEST_HOME}).output;
  Names interfaces;
  for (auto line : split(told, '\n')) {
    if (!line.starts_with(kProvided) || line.find('#') == line.npos) continue;
    line.remove_prefix(kProvided.size());
    interfaces.emplace(line.substr(0, line.find_first_of("@#")));
  }
  return interfaces;
}

class EveryInterface : public ::testing::Test {
 protected:
  const AppFolder app_ = app_of_guest("every", kMore);
  HermesProgram hermes_{{"run", app_.path()}};

  void SetUp() override { hermes_.wait_for_app("every"); }

  Names ask(std::string_view path, std::vector<std::string> options = {}) {
    const auto answer = hermes_.curl("every", path, std::move(options));
    EXPECT_EQ(answer.status, 200) << answer.body;
    return lines_of(answer.body);
  }
};

TEST_F(EveryInterface, DoesWhatItShould) {
  auto imports = imports_of(app_.path() + "/every.wasm");
  EXPECT_EQ(imports.size(), 34U) << "ten of hermes, 24 of WASI 0.2";
  // These two end the call, and have tests of their own.
  imports.erase("hermes:init/api");
  imports.erase("wasi:cli/exit");
  EXPECT_EQ(ask("/api/works"), imports);
  for (const auto* line : {"every interface is called", "printed by every"}) {
    EXPECT_THAT(hermes_.process().line_with(line), HasSubstr("INFO"));
  }
  hermes_.process().line_with("complained by every");
}

TEST_F(EveryInterface, RaisesItsEvents) {
  ScriptedServer server(answers(ok("x")));
  const auto works = ask("/api/works", {"--data", concat("http://127.0.0.1 ", server.port())});
  EXPECT_TRUE(works.contains("hermes:http-request/api"));
  EXPECT_TRUE(works.contains("wasi:http/outgoing-handler"));
  hermes_.process().line_with(concat("response 7: ", ok("x").size(), " bytes"));
  EXPECT_EQ(hermes_.curl("every", "/api/anything").body, "incoming");
  // But for on-topic, which takes a peer, or another app: testing/engine.
  const Names all = {"init",          "kv-update", "on-cron", "on-http-response",
                     "validate-auth", "wasi:http"};
  const auto begin = std::chrono::steady_clock::now();
  while (ask("/api/events") != all) {  // They are on their way.
    ASSERT_LT(std::chrono::steady_clock::now() - begin, kPatience);
  }
}

TEST_F(EveryInterface, ExitEndsTheCallAsIfItDeclined) {
  EXPECT_EQ(hermes_.curl("every", "/api/exit").body, "incoming") << "the next that is asked";
}

TEST_F(EveryInterface, DoneWithoutThePermissionEndsTheCallAlone) {
  EXPECT_EQ(hermes_.curl("every", "/api/done").status, 502);
  EXPECT_EQ(hermes_.curl("every", "/api/works").status, 200);
}

TEST_F(EveryInterface, IsTestedByHermesTest) {
  const auto ended = hermes_command({"test", app_.path() + "/every.wasm", "--bench"});
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("1 passed, 0 failed"));
}

}  // namespace
}  // namespace hermes::testing
