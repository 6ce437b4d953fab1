// Engines that are nodes of libp2p: with each other, and with kubo, which others run.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "testing/engine/temporary_directory.h"
#include "testing/program/hermes_program.h"

namespace hermes::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr std::string_view kTcp = "listening at /ip4/127.0.0.1/tcp/";
constexpr std::string_view kQuic = "listening at /ip4/127.0.0.1/udp/";

std::string word_after(std::string_view text, std::string_view before) {
  const auto at = text.find(before);
  if (at == text.npos) return "";
  const auto rest = text.substr(at + before.size());
  return std::string(rest.substr(0, rest.find_first_of(" \n\",")));
}

// An engine without apps, with a node on loopback that knows nobody.
class Engine {
 public:
  explicit Engine(const fs::path& home, const std::string& bootstrap = "",
                  std::vector<std::string> more = {})
      : home_(home), hermes_(arguments(home, bootstrap, std::move(more)), home, kOnline) {
    hermes_.port();
  }

  HermesProgram& program() { return hermes_; }

  Ended ipfs(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "ipfs");
    arguments.insert(arguments.end(), {"--home", home_.string()});
    return hermes_command(std::move(arguments));
  }

  // The control socket is there a moment after the port is.
  std::string peer() {
    std::string peer;
    while (peer.empty()) peer = word_after(status(), R"("p2p":{"peer":")");
    return peer;
  }
  std::string status() { return hermes_.ctl({"status", "-o", "json"}).output; }

  // "/ip4/127.0.0.1/tcp/1234/p2p/12D3KooW…"
  std::string address(std::string_view kind) {
    const auto line = hermes_.process().line_with(kind);
    return concat(word_after(line, "listening at "), "/p2p/", peer());
  }

  // By itself, as far as the test goes on.
  void wait_for_peer(std::string_view peer) const {
    while (ipfs({"peers"}).output.find(peer) == std::string::npos) {
    }
  }

  int stop() {
    hermes_.process().signal(SIGTERM);
    return hermes_.process().wait();
  }

 private:
  static inline const std::vector<std::string> kOnline{"env", "-u", "HERMES_NO_P2P"};

  static std::vector<std::string> arguments(const fs::path& home, const std::string& bootstrap,
                                            std::vector<std::string> more) {
    fs::create_directories(home / "none");
    std::ofstream(home / "hermes.toml") << "[p2p]\none_host = true\n";
    std::vector<std::string> all{"run",
                                 "--apps",
                                 home / "none",
                                 "--config",
                                 home / "hermes.toml",
                                 "--p2p-listen",
                                 "/ip4/127.0.0.1/tcp/0,/ip4/127.0.0.1/udp/0/quic-v1",
                                 "--p2p-bootstrap",
                                 bootstrap};
    for (auto& one : more) all.push_back(std::move(one));
    return all;
  }

  const fs::path home_;
  HermesProgram hermes_;
};

class Kubo {
 public:
  Kubo() {
    const auto built = run_program({HERMES_SOURCE_DIR "/scripts/kubo"});
    EXPECT_EQ(built.code, 0) << built.output;
    const auto begin = built.output.rfind('\n', built.output.size() - 2) + 1;
    program_ = built.output.substr(begin, built.output.size() - begin - 1);
    run({"init", "--profile=test"});
    run({"config", "--json", "Plugins.Plugins.telemetry.Disabled", "true"});
    run({"config", "Routing.Type", "dht"});
    run({"config", "--json", "Addresses.Swarm",
         R"(["/ip4/127.0.0.1/tcp/0", "/ip4/127.0.0.1/udp/0/quic-v1"])"});
    daemon_ = std::make_unique<Process>(
        std::vector<std::string>{program_, "daemon", "--enable-gc=false"}, environment());
    daemon_->line_with("Daemon is ready");
  }

  std::string run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), program_);
    const auto ended = run_program(arguments, environment());
    EXPECT_EQ(ended.code, 0) << arguments[1] << ": " << ended.output;
    return ended.output;
  }

 private:
  std::vector<std::string> environment() const {
    return {concat("IPFS_PATH=", home_.path().string()), "IPFS_TELEMETRY=off"};
  }

  TemporaryDirectory home_;
  std::string program_;
  std::unique_ptr<Process> daemon_;
};

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
  Engine a(homes.path() / "a");
  Engine b(homes.path() / "b");
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
  Engine alone(home.path());
  EXPECT_THAT(alone.peer(), HasSubstr("12D3KooW"));
  EXPECT_THAT(alone.ipfs({"peers"}).output, HasSubstr("no peer is connected"));
  EXPECT_THAT(alone.ipfs({"bootstrap"}).output, HasSubstr("no peers to begin with"));
  EXPECT_THAT(alone.ipfs({"connect", "/ip4/nowhere"}).output, HasSubstr("malformed"));
}

TEST(Node, IsTheSameAfterARestart) {
  const TemporaryDirectory home;
  std::string peer;
  {
    Engine first(home.path());
    peer = first.peer();
    EXPECT_EQ(first.stop(), 0);
  }
  struct stat status{};
  ASSERT_EQ(::stat((home.path() / "ipfs/identity").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  Engine second(home.path());
  EXPECT_EQ(second.peer(), peer);
}

TEST(Node, TriesAgainWhomItHasMet) {
  const TemporaryDirectory homes;
  Engine b(homes.path() / "b");
  {
    Engine a(homes.path() / "a");
    EXPECT_EQ(a.ipfs({"connect", b.address(kTcp)}).code, 0);
    EXPECT_EQ(a.stop(), 0);
  }
  const Engine again(homes.path() / "a");
  again.wait_for_peer(b.peer());
}

TEST(Node, IsLedToOthersByItsBootstrapPeers) {
  const TemporaryDirectory homes;
  Engine b(homes.path() / "b");
  const Engine a(homes.path() / "a", b.address(kQuic));
  a.wait_for_peer(b.peer());
}

TEST(Node, ThereIsNoneWithNoP2p) {
  const TemporaryDirectory home;
  Engine offline(home.path(), "", {"--no-p2p"});
  EXPECT_EQ(open_ports(offline.program().process().id()), 1) << "that of HTTP";
  EXPECT_THAT(offline.status(), HasSubstr(R"("p2p":null)"));
  EXPECT_THAT(offline.ipfs({"peers"}).output, HasSubstr("--no-p2p"));
  EXPECT_FALSE(fs::exists(home.path() / "ipfs/identity"));
}

TEST(Node, AFileGoesFromOneEngineToAnother) {
  const TemporaryDirectory homes;
  Engine a(homes.path() / "a");
  Engine b(homes.path() / "b");
  const auto file = homes.path() / "file";
  std::ofstream(file) << std::string(1'000'000, 'x');
  const auto added = a.ipfs({"add", file});
  const auto cid = word_after(added.output.substr(added.output.rfind("added ")), "added ");
  EXPECT_NE(b.ipfs({"cat", cid}).code, 0) << "nobody is connected";
  EXPECT_EQ(b.ipfs({"connect", a.address(kTcp)}).code, 0);
  const auto read = b.ipfs({"cat", cid});
  EXPECT_EQ(read.code, 0) << read.output;
  EXPECT_EQ(read.output, std::string(1'000'000, 'x'));
}

TEST(Node, FilesGoBothWaysWithKubo) {
  const TemporaryDirectory homes;
  Engine hermes(homes.path() / "a");
  Kubo kubo;
  const auto ours = homes.path() / "ours";
  std::ofstream(ours) << std::string(600'000, 'o');
  const auto added = hermes.ipfs({"add", ours});
  const auto cid = word_after(added.output.substr(added.output.rfind("added ")), "added ");
  for (const auto kind : {kTcp, kQuic}) kubo.run({"swarm", "connect", hermes.address(kind)});
  EXPECT_EQ(kubo.run({"--timeout=60s", "cat", cid}), std::string(600'000, 'o'));

  const auto theirs = homes.path() / "theirs";
  std::ofstream(theirs) << std::string(700'000, 't');
  const auto said = kubo.run({"add", "--quieter", "--progress=false", theirs});
  const auto read = hermes.ipfs({"cat", said.substr(0, said.find('\n'))});
  EXPECT_EQ(read.output, std::string(700'000, 't')) << said;
  EXPECT_THAT(hermes.ipfs({"peers"}).output, HasSubstr("/ip4/127.0.0.1/"));
}

}  // namespace
}  // namespace hermes::testing
