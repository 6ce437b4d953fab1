#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "testing/program/hermes_program.h"

namespace hermes::testing {

/// An engine with a node on loopback, over TCP and QUIC, that knows nobody.
class P2pEngine {
 public:
  /// Lines of the log that name an address, up to its port.
  static constexpr std::string_view kTcp = "listening at /ip4/127.0.0.1/tcp/";
  static constexpr std::string_view kQuic = "listening at /ip4/127.0.0.1/udp/";

  struct Options {
    std::string bootstrap = {};
    std::string config = {};             // Lines of hermes.toml, which begin in its table [p2p].
    std::vector<std::string> more = {};  // Arguments: apps, "--no-p2p".
  };

  /// In a home that stays when it is gone.
  explicit P2pEngine(const std::filesystem::path& home, Options options);
  explicit P2pEngine(const std::filesystem::path& home) : P2pEngine(home, Options()) {}

  HermesProgram& program() { return hermes_; }

  /// `hermes ipfs` with these arguments.
  Ended ipfs(std::vector<std::string> arguments) const;

  /// Adds a file with that content, and returns its CID.
  std::string add(std::string_view content) const;

  /// Its peer id.
  std::string peer();

  /// `hermes ctl status` in JSON.
  std::string status() { return hermes_.ctl({"status", "-o", "json"}).output; }

  /// "/ip4/127.0.0.1/tcp/1234/p2p/12D3KooW…"
  std::string address(std::string_view kind = kTcp);

  void connect(std::string_view address) const;

  /// By itself, as far as the test goes on.
  void wait_for_peer(std::string_view peer) const;

  /// Ends it; its exit code.
  int stop();

 private:
  const std::filesystem::path home_;
  HermesProgram hermes_;
};

/// Up to a space, a comma, a quote or the end of the line; empty if `before` is not there.
std::string word_after(std::string_view text, std::string_view before);

}  // namespace hermes::testing
