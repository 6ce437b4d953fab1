#include "extensions/http_gateway/site.h"

#include <gtest/gtest.h>

#include "base/strings.h"

namespace hermes::http_gateway {
namespace {

runtime::App app(std::string_view name, bool is_default = false) {
  runtime::App app{.id = concat("local:", name), .name = std::string(name)};
  if (is_default) {
    app.manifest = *json::Document::parse(R"({"http": {"default": true}})", "app.json");
  }
  return app;
}

class SitesTest : public ::testing::Test {
 protected:
  /// The name of the app that has the host; empty if none has.
  std::string find(std::string_view host) const {
    const auto site = sites.find(host);
    return site ? site->name : "";
  }

  Sites sites;
};

TEST_F(SitesTest, FindsAnAppByTheNameOfItsHost) {
  ASSERT_TRUE(sites.put(app("board")));
  ASSERT_TRUE(sites.put(app("Pulse")));
  EXPECT_EQ(find("board.localhost"), "board");
  EXPECT_EQ(find("Board.LOCALHOST."), "board");
  EXPECT_EQ(find("board.hermes.local"), "board");
  EXPECT_EQ(find("pulse.localhost"), "pulse");
  for (const auto* host : {"board", "board.local", "x.board.localhost", ".localhost",
                           "board..localhost", "localhost", "127.0.0.1", "", "board.localhost.."}) {
    EXPECT_EQ(find(host), "") << host;
  }
}

TEST_F(SitesTest, TheDefaultAppHasTheMachine) {
  ASSERT_TRUE(sites.put(app("board")));
  ASSERT_TRUE(sites.put(app("home", true)));
  for (const auto* host : {"localhost", "127.0.0.1", "::1", "", "home.localhost"}) {
    EXPECT_EQ(find(host), "home") << host;
  }
  EXPECT_EQ(find("example.org"), "");

  EXPECT_EQ(sites.put(app("other", true)).error().message(),
            "app.json:1:22: /http/default: the app 'home' is the default");
  EXPECT_EQ(find("other.localhost"), "") << "nothing of it is left";
  sites.remove("local:home");
  EXPECT_EQ(find("localhost"), "");
  EXPECT_TRUE(sites.put(app("other", true)));
}

TEST_F(SitesTest, KeepsToTheCurrentGeneration) {
  ASSERT_TRUE(sites.put(app("home", true)));
  const auto before = sites.find("localhost");
  ASSERT_TRUE(sites.put(app("home")));
  EXPECT_EQ(find("localhost"), "");
  EXPECT_EQ(find("home.localhost"), "home");
  EXPECT_TRUE(before->endpoints.is_default()) << "who holds it still reads it";
}

TEST_F(SitesTest, RefusesANameThatIsTaken) {
  ASSERT_TRUE(sites.put(app("board")));
  auto twin = app("BOARD");
  EXPECT_EQ(sites.put(twin).error().message(), "another app answers to 'board.localhost'");
  EXPECT_EQ(sites.find("board.localhost")->app, "local:board");
}

}  // namespace
}  // namespace hermes::http_gateway
