#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace hermes::p2p {

/// How a node is to be.
struct Libp2pSettings {
  std::vector<std::string> listen;     // Where that fails, it is tried again.
  std::vector<std::string> bootstrap;  // With "/p2p/…"; tried again while few peers are connected.
  std::vector<std::uint8_t> network_key = {};  // 32 bytes of a private network; empty: none.
  std::string agent = "hermes";                // What it says that it is.

  bool mdns = false;          // Finds nodes of the same network by multicast.
  bool autonat = true;        // Asks others whether they can reach it, and answers them.
  bool hole_punching = true;  // Uses relays, and connects directly from there where possible.
  bool relay = false;         // Relays for others, within limits.
  bool one_host = false;      // Many peers at one address are nothing bad.

  std::uint32_t connections = 256;
  std::uint64_t memory = 0;  // No more connections once the process has so many bytes; 0: no limit.
  std::chrono::milliseconds verdict_time{15'000};
};

}  // namespace hermes::p2p
