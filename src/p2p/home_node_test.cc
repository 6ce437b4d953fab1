#include "p2p/home_node.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "p2p/peer_id.h"
#include "p2p/test_node.h"
#include "testing/manual_time.h"
#include "testing/recording_log.h"

namespace hermes::p2p {
namespace {

using ::testing::ElementsAre;

class HomeNodeTest : public ::testing::Test {
 protected:
  HomeNodeTest() { std::filesystem::create_directories(home.path / "ipfs"); }

  std::unique_ptr<HomeNode> start() {
    HomeNodeSettings settings;
    settings.node = TestNode::settings_of(TestNode::kTcp);
    settings.bootstrap.emplace();
    return *HomeNode::start(home.path, settings, *repository, time, log);
  }

  const TemporaryHome home;
  testing::ManualTime time{std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)};
  testing::RecordingLog log;
  const std::unique_ptr<Repository> repository =
      *Repository::open(home.path, Repository::Role::Owner);
};

TEST_F(HomeNodeTest, ADamagedListOfPeersIsForgottenAndStandsInNobodysWay) {
  std::ofstream(home.path / "ipfs/peers") << "nonsense/p2p/nonsense\n";
  const auto node = start();
  // What was refused before is told before this is answered.
  ASSERT_TRUE(wait_for<std::vector<ConnectedPeer>>(
      [&](auto then) { node->node().peers(TestNode::kPatience, std::move(then)); }));
  const std::string address = "/ip4/127.0.0.1/tcp/1/p2p/" + peer_text(node->node().peer());
  const auto set = wait_for([&](auto then) { node->set_bootstrap({address}, std::move(then)); });
  EXPECT_TRUE(set) << set.error().message();
  EXPECT_THAT(node->bootstrap(), ElementsAre(address));
}

}  // namespace
}  // namespace hermes::p2p
