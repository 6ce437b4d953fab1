#include "testing/program/p2p_engine.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>
#include <utility>

#include "base/strings.h"

namespace hermes::testing {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> arguments(const fs::path& home, P2pEngine::Options options) {
  fs::create_directories(home / "none");
  std::ofstream(home / "hermes.toml") << "[p2p]\none_host = true\n" << options.config;
  const std::string compiled = HERMES_TEST_HOME "/compiled";
  std::vector<std::string> all{"run",
                               "--apps",
                               home / "none",
                               "--config",
                               home / "hermes.toml",
                               "--code-cache",
                               compiled,
                               "--p2p-listen",
                               "/ip4/127.0.0.1/tcp/0,/ip4/127.0.0.1/udp/0/quic-v1",
                               "--p2p-bootstrap",
                               options.bootstrap};
  for (auto& one : options.more) all.push_back(std::move(one));
  return all;
}

}  // namespace

P2pEngine::P2pEngine(const fs::path& home, Options options)
    : home_(home),
      hermes_(arguments(home, std::move(options)), home, {"env", "-u", "HERMES_NO_P2P"}) {
  hermes_.port();
}

Ended P2pEngine::ipfs(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), "ipfs");
  arguments.insert(arguments.end(), {"--home", home_.string()});
  return hermes_command(std::move(arguments));
}

std::string P2pEngine::add(std::string_view content) const {
  const TemporaryDirectory directory;
  const auto file = directory.path() / "file";
  std::ofstream(file, std::ios::binary) << content;
  const auto added = ipfs({"add", file});
  EXPECT_EQ(added.code, 0) << added.output;
  return word_after(added.output, "added ");
}

// The control socket is there a moment after the port is.
std::string P2pEngine::peer() {
  std::string peer;
  while (peer.empty()) peer = word_after(status(), R"("p2p":{"peer":")");
  return peer;
}

std::string P2pEngine::address(std::string_view kind) {
  const auto line = hermes_.process().line_with(kind);
  return concat(word_after(line, "listening at "), "/p2p/", peer());
}

void P2pEngine::connect(std::string_view address) const {
  const auto connected = ipfs({"connect", std::string(address)});
  EXPECT_EQ(connected.code, 0) << connected.output;
}

void P2pEngine::wait_for_peer(std::string_view peer) const {
  while (ipfs({"peers"}).output.find(peer) == std::string::npos) {
  }
}

int P2pEngine::stop() {
  hermes_.process().signal(SIGTERM);
  return hermes_.process().wait();
}

std::string word_after(std::string_view text, std::string_view before) {
  const auto at = text.find(before);
  if (at == text.npos) return "";
  const auto rest = text.substr(at + before.size());
  return std::string(rest.substr(0, rest.find_first_of(" \n\",")));
}

}  // namespace hermes::testing
