// Peers that do not play by the rules, and an engine that goes on: those that do are served
// meanwhile, and its memory stays bounded.

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "testing/engine/temporary_directory.h"
#include "testing/program/hermes_program.h"
#include "testing/program/js_peer.h"

namespace hermes::testing {
namespace {

constexpr auto kFileBytes = std::size_t{200'000};
constexpr std::int64_t kMostGrowth = 256 << 10;  // KiB.

class P2pHostileTest : public ::testing::Test {
 protected:
  P2pHostileTest() {
    write("config.toml", "[p2p]\noff = false\none_host = true\n");
    for (int i = 0; i < 40; ++i) contents_.push_back(add(std::string(kFileBytes, char('0' + i))));
    hermes_.emplace(
        std::vector<std::string>{"run", example_app("hello"), "--config", path("config.toml"),
                                 "--p2p-listen", "/ip4/127.0.0.1/tcp/0", "--p2p-bootstrap", ""},
        path("home"), std::vector<std::string>{"env", "HERMES_NO_P2P=0"});
    const auto line = hermes_->process().line_with("/ip4/127.0.0.1/tcp/");
    address_ = words(line.substr(line.find("/ip4/")))[0];
  }

  std::string path(std::string_view name) const { return (directory_.path() / name).string(); }

  void write(std::string_view name, std::string_view content) const {
    std::ofstream(path(name)) << content;
  }

  // It gets a file that it did not have.
  void is_served(JsPeer& peer) {
    const auto cid = contents_[served_++ % contents_.size()];
    const auto to = path(concat("got", served_));
    peer.run(concat("get ", cid, " ", to));
    EXPECT_EQ(std::filesystem::file_size(to), kFileBytes);
  }

  std::int64_t resident_kib() const {
    std::ifstream status(concat("/proc/", hermes_->process().id(), "/status"));
    const std::string text{std::istreambuf_iterator<char>(status), {}};
    const auto at = text.find("VmRSS:");
    return at == text.npos ? 0 : std::stoll(text.substr(at + 6));
  }

  const std::string& address() const { return address_; }
  const std::string& content() const { return contents_.front(); }

 private:
  // Its CID.
  std::string add(std::string_view content) const {
    write("file", content);
    const auto told =
        hermes_command({"ipfs", "add", path("file"), "--cid-version", "1", "--home", path("home")});
    const auto last = told.output.substr(told.output.rfind("added ") + 6);
    return last.substr(0, last.find(' '));
  }

  TemporaryDirectory directory_;
  std::vector<std::string> contents_;
  std::size_t served_ = 0;
  mutable std::optional<HermesProgram> hermes_;
  std::string address_;
};

TEST_F(P2pHostileTest, GoodPeersAreServedWhileOthersAttack) {
  JsPeer good("peer");
  JsPeer hostile("hostile");
  good.run(concat("connect ", address()));
  is_served(good);
  const auto before = resident_kib();
  for (const std::string attack : {"garbage /ipfs/bitswap/1.2.0",
                                   "garbage /meshsub/1.1.0",
                                   "garbage /ipfs/lan/kad/1.0.0",
                                   "garbage /hermes/kad/1.0.0",
                                   "oversize /ipfs/bitswap/1.2.0",
                                   "oversize /meshsub/1.1.0",
                                   "oversize /ipfs/lan/kad/1.0.0",
                                   "wants 100000",
                                   "greedy",
                                   "unsigned t 5000",
                                   "forged t 5000",
                                   "replay t 5000",
                                   "subscriptions 10000",
                                   "prune t",
                                   "providers /ipfs/lan/kad/1.0.0 20000",
                                   "providers /hermes/kad/1.0.0 20000",
                                   "records /ipfs/lan/kad/1.0.0 2000",
                                   "records /hermes/kad/1.0.0 2000",
                                   "peers 300",
                                   "flood 500"}) {
    SCOPED_TRACE(attack);
    hostile.run(concat("dial ", address()));
    hostile.run(attack == "greedy" ? concat("greedy ", content(), " 5000") : attack);
    is_served(good);
    EXPECT_LT(resident_kib(), before + kMostGrowth);
  }
}

TEST_F(P2pHostileTest, PeersComeInWhenConnectionsThatSayNothingHaveHadTheirTime) {
  JsPeer hostile("hostile");
  hostile.run(concat("dial ", address()));
  hostile.run("flood 500");
  JsPeer good("peer");
  while (!good.tries(concat("connect ", address()))) continue;
  is_served(good);
}

}  // namespace
}  // namespace hermes::testing
