// Apps that speak with js-libp2p, which others run: messages, and peers that they want nothing of.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "testing/engine/temporary_directory.h"
#include "testing/program/app_folder.h"
#include "testing/program/js_peer.h"
#include "testing/program/p2p_engine.h"

namespace hermes::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr int kMany = 1'000;

AppFolder script_app(std::string_view name, std::string_view permissions) {
  return AppFolder(
      concat(R"({"name": ")", name,
             R"(", "version": "1.0.0", "modules": [{"component": "ipfs_script.wasm"}], )",
             R"("permissions": [)", permissions, "]}"),
      {"ipfs_script"});
}

// An engine whose apps are the guest `ipfs_script`.
class Speaker {
 public:
  Speaker(const std::filesystem::path& home, const std::vector<std::string>& apps)
      : engine(home, {.config = "[limits]\nlog_records = 100000\n", .more = apps}) {}

  std::string call(std::string_view app, std::string_view path, std::string_view body = "") {
    engine.program().wait_for_app(app);
    return engine.program().curl(app, concat("/api/", path), {"--data", std::string(body)}).body;
  }

  // Until a peer that listens gets it.
  void publish_first(std::string_view app, std::string_view data) {
    while (call(app, "pubsub-publish/news", data) != "ok") continue;
  }

  // What the app has heard of the publisher, after it has heard the last of it.
  std::vector<std::string> heard(std::string_view app, std::string_view publisher,
                                 std::string_view last) {
    const auto beginning = concat("on-topic news ", publisher, " ");
    const auto by_app = concat("app=local:", app, " ");
    auto& process = engine.program().process();
    process.line_with(concat(beginning, last), by_app);
    const auto output = process.output();
    std::vector<std::string> messages;
    for (const auto line : split(output, '\n')) {
      const bool is_of_app = line.find(by_app) != std::string_view::npos;
      if (is_of_app && line.find(beginning) != std::string_view::npos) {
        messages.push_back(word_after(line, beginning));
      }
    }
    return messages;
  }

  P2pEngine engine;
};

std::vector<std::string> numbers() {
  std::vector<std::string> all;
  for (int i = 0; i < kMany; ++i) all.push_back(std::to_string(i));
  return all;
}

// Each of them published both ways, and there once, in its place.
void exchange(Speaker& speaker, JsPeer& peer, std::string_view first) {
  const auto ours = speaker.engine.peer();
  speaker.publish_first("speaker", first);
  EXPECT_EQ(peer.run(concat("messages news ", first)), concat(ours, " ", first));
  peer.run(concat("listener news ", ours));

  EXPECT_EQ(speaker.call("speaker", "publish-many/news", std::to_string(kMany)), "0");
  std::string expected;
  for (const auto& number : numbers()) expected += concat(ours, " ", number, " ");
  expected.pop_back();
  EXPECT_EQ(peer.run(concat("messages news ", kMany - 1)), expected);

  for (const auto& number : numbers()) {
    EXPECT_EQ(peer.run(concat("publish news ", number)), "1");
  }
  EXPECT_EQ(speaker.heard("speaker", peer.peer(), std::to_string(kMany - 1)), numbers());
}

TEST(P2pApps, AThousandMessagesEachWayNoneIsLostNoneComesTwiceAlsoAfterARestart) {
  const TemporaryDirectory home;
  const auto app = script_app("speaker", R"("ipfs", "topic:news")");
  JsPeer peer("peer");
  peer.run("subscribe news");
  {
    Speaker speaker(home.path(), {app.path()});
    speaker.engine.connect(peer.address("/tcp/"));
    EXPECT_EQ(speaker.call("speaker", "pubsub-subscribe/news"), "true");
    exchange(speaker, peer, "first");
    EXPECT_EQ(speaker.engine.stop(), 0);
  }
  Speaker again(home.path(), {app.path()});
  again.engine.wait_for_peer(peer.peer());
  exchange(again, peer, "again");
}

TEST(P2pApps, AnEvictedPeerIsNotHeardByThatAppAlone) {
  const TemporaryDirectory home;
  const auto app = script_app("speaker", R"("ipfs", "topic:news")");
  const auto other = script_app("other", R"("ipfs", "topic:news")");
  Speaker speaker(home.path(), {app.path(), other.path()});
  JsPeer bad("peer");
  JsPeer good("peer");
  for (auto* peer : {&bad, &good}) {
    peer->run("subscribe news");
    speaker.engine.connect(peer->address("/tcp/"));
  }
  for (const auto* name : {"speaker", "other"}) {
    EXPECT_EQ(speaker.call(name, "pubsub-subscribe/news"), "true");
  }
  for (auto* peer : {&bad, &good}) peer->run(concat("listener news ", speaker.engine.peer()));
  bad.run("publish news before");
  EXPECT_THAT(speaker.heard("speaker", bad.peer(), "before"), ::testing::ElementsAre("before"));
  EXPECT_EQ(speaker.call("speaker", concat("peer-evict/", bad.peer())), "true");
  EXPECT_EQ(speaker.engine.ipfs({"evicted"}).output,
            concat("peer  ", bad.peer(), "  local:speaker\n"));

  bad.run("publish news after");
  EXPECT_THAT(speaker.heard("other", bad.peer(), "after"),
              ::testing::ElementsAre("before", "after"));
  good.run("publish news last");
  speaker.heard("speaker", good.peer(), "last");
  EXPECT_THAT(speaker.heard("speaker", bad.peer(), "before"), ::testing::ElementsAre("before"));
  EXPECT_THAT(speaker.engine.ipfs({"peers"}).output, HasSubstr(bad.peer()));
}

TEST(P2pApps, WithThePermissionAnEvictedPeerIsDisconnectedAndStaysOut) {
  const TemporaryDirectory home;
  const auto app = script_app("speaker", R"("ipfs", "evict")");
  JsPeer peer("peer");
  const auto is_out = [&](const Speaker& speaker) {
    const auto refused = speaker.engine.ipfs({"connect", peer.address("/tcp/")});
    EXPECT_NE(refused.code, 0) << refused.output;
    EXPECT_THAT(speaker.engine.ipfs({"peers"}).output, Not(HasSubstr(peer.peer())));
    EXPECT_EQ(speaker.engine.ipfs({"evicted"}).output,
              concat("peer  ", peer.peer(), "  local:speaker\n"));
  };
  {
    Speaker speaker(home.path(), {app.path()});
    speaker.engine.connect(peer.address("/tcp/"));
    EXPECT_EQ(speaker.call("speaker", concat("peer-evict/", peer.peer())), "true");
    is_out(speaker);
    EXPECT_EQ(speaker.engine.stop(), 0);
  }
  Speaker again(home.path(), {app.path()});
  again.engine.program().wait_for_app("speaker");
  is_out(again);
}

}  // namespace
}  // namespace hermes::testing
