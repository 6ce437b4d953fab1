#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace hermes::ipfs {

/// What an app may have of the node.
struct Limits {
  std::uint64_t pin_bytes = std::uint64_t{1} << 30U;
  std::uint64_t pins = 100'000;
  std::size_t file_bytes = std::size_t{64} << 20U;     // That it adds or reads at once.
  std::size_t adding_bytes = std::size_t{256} << 20U;  // Of files that wait to be added.

  std::size_t topics = 100;
  std::size_t message_bytes = std::size_t{256} << 10U;
  std::size_t messages = 1'000;  // That wait for it; more are lost.

  // Of what the node can do at a time: what an app may have under way.
  std::size_t fetches = 64;   // Of content that is not here.
  std::size_t queries = 512;  // In hash tables.

  std::size_t records = 1'000;
  std::size_t record_bytes = std::size_t{8} << 20U;  // Of their keys and values.
  std::size_t provided = 1'000;                      // Keys.
  std::size_t evicted = 1'000;                       // Peers.

  std::chrono::nanoseconds file_timeout = std::chrono::seconds(25);
  std::chrono::nanoseconds node_timeout = std::chrono::seconds(10);
};

}  // namespace hermes::ipfs
