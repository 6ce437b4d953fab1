// Engines that are nodes of libp2p: with each other, and with kubo, which others run.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "testing/engine/temporary_directory.h"
#include "testing/program/kubo.h"
#include "testing/program/p2p_engine.h"

namespace hermes::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr auto kTcp = P2pEngine::kTcp;
constexpr auto kQuic = P2pEngine::kQuic;

// Ports of TCP that are listened on, and of UDP, by a process.
int open_ports(pid_t process) {
  std::vector<std::string> sockets;
  for (const auto& entry : fs::directory_iterator(concat("/proc/", process, "/fd"))) {
    std::error_code gone;
    sockets.push_back(word_after(fs::read_symlink(entry.path(), gone).string(), "socket:["));
  }
  int count = 0;
  for (const auto* kind : {"tcp", "tcp6", "udp", "udp6"}) {
    std::ifstream table(concat("/proc/", process, "/net/", kind));
    const bool is_tcp = std::string_view(kind).starts_with("tcp");
    for (std::string line; std::getline(table, line);) {
      const auto fields = words(line);
      constexpr std::string_view kListens = "0A";
      if (fields.size() < 10 || (is_tcp && fields[3] != kListens)) continue;
      for (const auto& socket : sockets) count += socket == concat(fields[9], "]") ? 1 : 0;
    }
  }
  return count;
}

class NodeOver : public ::testing::TestWithParam<std::string_view> {};

TEST_P(NodeOver, TwoEnginesConnect) {
  const TemporaryDirectory homes;
  P2pEngine a(homes.path() / "a");
  P2pEngine b(homes.path() / "b");
  const auto connected = a.ipfs({"connect", b.address(GetParam())});
  EXPECT_EQ(connected.code, 0) << connected.output;
  EXPECT_THAT(connected.output, HasSubstr(concat("connected with ", b.peer())));
  EXPECT_THAT(a.ipfs({"peers"}).output, HasSubstr(b.peer()));
  EXPECT_THAT(b.ipfs({"peers"}).output, HasSubstr(a.peer()));
  EXPECT_THAT(a.ipfs({"status"}).output, HasSubstr(concat("peer    ", a.peer())));
}

INSTANTIATE_TEST_SUITE_P(Each, NodeOver, ::testing::Values(kTcp, kQuic),
                         [](const auto& test) { return test.param == kTcp ? "Tcp" : "Quic"; });

TEST(Node, StartsAloneAndSaysWhoItIs) {
  const TemporaryDirectory home;
  P2pEngine alone(home.path());
  EXPECT_THAT(alone.peer(), HasSubstr("12D3KooW"));
  EXPECT_THAT(alone.ipfs({"peers"}).output, HasSubstr("no peer is connected"));
  EXPECT_THAT(alone.ipfs({"bootstrap"}).output, HasSubstr("no peers to begin with"));
  EXPECT_THAT(alone.ipfs({"status"}).output, HasSubstr("reached by nobody, as far as it knows"));
  EXPECT_THAT(alone.ipfs({"connect", "/ip4/nowhere"}).output, HasSubstr("malformed"));
}

TEST(Node, IsTheSameAfterARestart) {
  const TemporaryDirectory home;
  std::string peer;
  {
    P2pEngine first(home.path());
    peer = first.peer();
    EXPECT_EQ(first.stop(), 0);
  }
  struct stat status{};
  ASSERT_EQ(::stat((home.path() / "ipfs/identity").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  P2pEngine second(home.path());
  EXPECT_EQ(second.peer(), peer);
}

TEST(Node, TriesAgainWhomItHasMet) {
  const TemporaryDirectory homes;
  P2pEngine b(homes.path() / "b");
  {
    P2pEngine a(homes.path() / "a");
    EXPECT_EQ(a.ipfs({"connect", b.address(kTcp)}).code, 0);
    EXPECT_EQ(a.stop(), 0);
  }
  const P2pEngine again(homes.path() / "a");
  again.wait_for_peer(b.peer());
}

TEST(Node, IsLedToOthersByItsBootstrapPeers) {
  const TemporaryDirectory homes;
  P2pEngine b(homes.path() / "b");
  const P2pEngine a(homes.path() / "a", {.bootstrap = b.address(kQuic)});
  a.wait_for_peer(b.peer());
}

TEST(Node, ThereIsNoneWithNoP2p) {
  const TemporaryDirectory home;
  P2pEngine offline(home.path(), {.more = {"--no-p2p"}});
  EXPECT_EQ(open_ports(offline.program().process().id()), 1) << "that of HTTP";
  EXPECT_THAT(offline.status(), HasSubstr(R"("p2p":null)"));
  EXPECT_THAT(offline.ipfs({"peers"}).output, HasSubstr("--no-p2p"));
  EXPECT_FALSE(fs::exists(home.path() / "ipfs/identity"));
  offline.add("content");
  EXPECT_THAT(offline.ipfs({"status"}).output, HasSubstr("pins    1; announced: 0 of 1 roots"));
}

TEST(Node, AFileGoesFromOneEngineToAnother) {
  const TemporaryDirectory homes;
  P2pEngine a(homes.path() / "a");
  P2pEngine b(homes.path() / "b");
  const auto cid = a.add(std::string(1'000'000, 'x'));
  EXPECT_NE(b.ipfs({"cat", cid}).code, 0) << "nobody is connected";
  EXPECT_EQ(b.ipfs({"connect", a.address(kTcp)}).code, 0);
  const auto read = b.ipfs({"cat", cid});
  EXPECT_EQ(read.code, 0) << read.output;
  EXPECT_EQ(read.output, std::string(1'000'000, 'x'));
}

TEST(Node, FilesGoBothWaysWithKubo) {
  const TemporaryDirectory homes;
  P2pEngine hermes(homes.path() / "a");
  Kubo kubo;
  const auto cid = hermes.add(std::string(600'000, 'o'));
  for (const auto kind : {kTcp, kQuic}) kubo.run({"swarm", "connect", hermes.address(kind)});
  EXPECT_EQ(kubo.run({"--timeout=60s", "cat", cid}), std::string(600'000, 'o'));

  const auto theirs = homes.path() / "theirs";
  std::ofstream(theirs) << std::string(700'000, 't');
  const auto said = kubo.run({"add", "--quieter", "--progress=false", theirs});
  const auto read = hermes.ipfs({"cat", said.substr(0, said.find('\n'))});
  EXPECT_EQ(read.output, std::string(700'000, 't')) << said;
  EXPECT_THAT(hermes.ipfs({"peers"}).output, HasSubstr("/ip4/127.0.0.1/"));
}

TEST(Node, NamesGoBothWaysWithKubo) {
  const TemporaryDirectory homes;
  P2pEngine hermes(homes.path() / "a");
  Kubo kubo;
  kubo.run({"swarm", "connect", hermes.address(kTcp)});
  const auto file = homes.path() / "file";
  std::ofstream(file) << "content";
  const auto said = kubo.run({"add", "--quieter", "--progress=false", file});
  const auto content = concat("/ipfs/", said.substr(0, said.find('\n')));

  // Each has the other in its table at some time after they are connected.
  Ended ours{-1, ""};
  do {
    ours = hermes.ipfs({"name", "publish", content});
    ASSERT_EQ(ours.code, 0) << ours.output;
  } while (ours.output.find("no peer has heard of it") != std::string::npos);
  const auto name = word_after(ours.output, "/ipns/");
  EXPECT_EQ(kubo.run({"--timeout=60s", "name", "resolve", "--nocache", concat("/ipns/", name)}),
            concat(content, "\n"));

  Ended theirs{-1, ""};
  do {
    theirs = kubo.tries({"--timeout=60s", "name", "publish", "--quieter", content});
  } while (theirs.code != 0);
  const auto found = hermes.ipfs({"name", "resolve", word_after(theirs.output, "")});
  EXPECT_EQ(found.output, concat(content, "\n")) << theirs.output;
}

}  // namespace
}  // namespace hermes::testing
