// `make demo-p2p`, but for the building: scripts/demo-p2p.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "testing/engine/temporary_directory.h"
#include "testing/program/children.h"
#include "testing/program/process.h"

namespace hermes::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

class DemoP2p : public ::testing::Test {
 protected:
  DemoP2p() {
    demo_.line_with("Ctrl-C ends both");
    std::string_view rest = said_ = demo_.output();
    for (auto at = rest.find("http://"); at != rest.npos; at = rest.find("http://")) {
      rest.remove_prefix(at);
      pages_.emplace_back(rest.substr(0, rest.find(' ')));
      rest.remove_prefix(pages_.back().size());
    }
  }

  // Of the engine's page: "http://shared-board.localhost:1234/".
  std::string curl(std::size_t engine, std::string_view path,
                   std::vector<std::string> options = {}) const {
    const auto& page = pages_.at(engine);
    const auto host = page.substr(7, page.size() - 8);
    std::vector<std::string> arguments = {"curl", "--silent", "--resolve",
                                          concat(host, ":127.0.0.1")};
    for (auto& option : options) arguments.push_back(std::move(option));
    arguments.push_back(concat(page, path));
    return run_program(std::move(arguments)).output;
  }

  void expect_all_gone(const std::vector<pid_t>& engines) const {
    for (const auto engine : engines) EXPECT_TRUE(wait_for_end(engine));
    EXPECT_TRUE(std::filesystem::is_empty(directory_.path())) << "the homes";
  }

  const TemporaryDirectory directory_;
  Process demo_{{HERMES_SOURCE_DIR "/scripts/demo-p2p", HERMES_BUILD_DIR, "0", "0"},
                {concat("TMPDIR=", directory_.path().string()), "HERMES_ALLOW_ROOT=1"}};
  std::string said_;
  std::vector<std::string> pages_;
};

TEST_F(DemoP2p, RunsTwoBoardsThatAreOneUntilItIsInterrupted) {
  ASSERT_THAT(pages_, SizeIs(2)) << said_;
  curl(0, "api/messages",
       {"--header", "content-type: application/json", "--data-raw",
        R"({"name":"Ada","text":"of the demo"})"});
  std::string seen;
  while (seen.find("of the demo") == seen.npos) seen = curl(1, "api/messages");
  EXPECT_THAT(seen, HasSubstr(R"("here":false)"));
  const auto engines = children_of(demo_.id());
  EXPECT_THAT(engines, SizeIs(2));
  demo_.signal(SIGINT);
  EXPECT_EQ(demo_.wait(), 130);
  expect_all_gone(engines);
}

TEST_F(DemoP2p, EndsWhenOneOfItsEnginesDoes) {
  const auto engines = children_of(demo_.id());
  ASSERT_THAT(engines, SizeIs(2));
  ::kill(engines.front(), SIGKILL);
  EXPECT_EQ(demo_.wait(), 1);
  EXPECT_THAT(demo_.output(), HasSubstr("demo-p2p: an engine has ended"));
  expect_all_gone(engines);
}

}  // namespace
}  // namespace hermes::testing
