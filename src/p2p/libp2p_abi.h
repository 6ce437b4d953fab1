#pragma once

// Only for what meets the Rust side.

#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "hermes_p2p.h"
#include "p2p/block_store.h"
#include "p2p/libp2p_types.h"

namespace hermes::p2p {

inline std::string_view view(const hermes_p2p_bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data), bytes.len};
}

inline hermes_p2p_bytes lend(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

template <typename Texts>
std::vector<hermes_p2p_bytes> lend_all(const Texts& texts) {
  std::vector<hermes_p2p_bytes> lent;
  lent.reserve(texts.size());
  for (const auto& text : texts) lent.push_back(lend(text));
  return lent;
}

inline hermes_p2p_dht handle_of(Dht dht) {
  return static_cast<hermes_p2p_dht>(dht);
}
static_assert(static_cast<int>(Dht::App) == hermes_p2p_dht_App);

/// Of a request that did not end as Ok; `text` may be empty.
Error error_of(hermes_p2p_status status, std::string_view text);

/// In milliseconds, and never 0.
std::uint64_t deadline_of(std::chrono::nanoseconds timeout);

/// How the library reads and puts blocks; `blocks` outlives the node.
hermes_p2p_blocks table_of(BlockStore& blocks);

}  // namespace hermes::p2p
