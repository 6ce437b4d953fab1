#include "extensions/http_gateway/site.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "base/strings.h"
#include "wasm/http_exchange.h"
#include "wit/hermes/http_gateway.h"

namespace hermes::http_gateway {
namespace {

using ::testing::ElementsAre;

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

  Options options;
  Sites sites{options};
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
  for (const auto* host :
       {"localhost", "127.0.0.1", "::1", "", "192.0.2.7", "2001:db8::1", "home.localhost"}) {
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
  EXPECT_TRUE(before->section.is_default) << "who holds it still reads it";
}

TEST_F(SitesTest, TheOperatorMayChooseTheDefault) {
  ASSERT_TRUE(sites.put(app("home", true)));
  options.default_app = "Board";
  EXPECT_EQ(find("localhost"), "") << "and then nobody else is";
  ASSERT_TRUE(sites.put(app("board")));
  EXPECT_EQ(find("localhost"), "board");
  options.default_app = "local:home";
  EXPECT_EQ(find("192.0.2.7"), "home");
}

TEST_F(SitesTest, GivesAnAppTheHostsThatItWasGranted) {
  auto shop = app("shop");
  shop.hostnames = {"shop.example.com"};
  ASSERT_TRUE(sites.put(shop));
  EXPECT_EQ(find("SHOP.example.com."), "shop");
  EXPECT_EQ(find("www.shop.example.com"), "");
  auto thief = app("thief");
  thief.hostnames = {"Shop.example.com"};
  EXPECT_EQ(sites.put(thief).error().message(), "the app 'shop' answers to 'Shop.example.com'");
  EXPECT_EQ(find("thief.localhost"), "") << "nothing of it is left";
  ASSERT_TRUE(sites.put(app("shop")));
  EXPECT_EQ(find("shop.example.com"), "") << "a generation that has it no more";
}

TEST_F(SitesTest, RefusesANameThatIsTaken) {
  ASSERT_TRUE(sites.put(app("board")));
  auto twin = app("BOARD");
  EXPECT_EQ(sites.put(twin).error().message(), "another app answers to 'board.localhost'");
  EXPECT_EQ(sites.find("board.localhost")->app, "local:board");
}

// "reply", "streams"
std::vector<std::string> turns(const std::vector<Turn>& all) {
  std::vector<std::string> texts;
  for (const auto& turn : all) {
    texts.push_back(concat(turn.module, turn.streams ? " streams" : " replies"));
  }
  return texts;
}

TEST_F(SitesTest, ModulesHaveTurnsUpToTheFirstThatCannotDecline) {
  const std::string replies(wit::http_gateway::ReplyEvent::kHandler);
  const std::string streams(wasm::IncomingRequest::kHandler);
  auto board = app("board");
  for (const auto& [id, handlers] :
       std::map<std::string, std::vector<std::string>>{{"a", {replies}},
                                                       {"b", {"hermes:cron/event#on-cron"}},
                                                       {"c", {replies, streams}},
                                                       {"d", {streams}}}) {
    board.modules.emplace_back().id = id;
    board.modules.back().handlers = handlers;
  }
  ASSERT_TRUE(sites.put(board));
  const auto site = sites.find("board.localhost");
  EXPECT_THAT(turns(site->turns), ElementsAre("a replies", "c replies", "c streams"));
  EXPECT_THAT(turns(site->turns_of_module.at("b")), ElementsAre());
  EXPECT_THAT(turns(site->turns_of_module.at("d")), ElementsAre("d streams"));
}

}  // namespace
}  // namespace hermes::http_gateway
