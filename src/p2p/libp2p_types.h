#pragma once

// What passes between the node of libp2p and those that use it. Peers are in binary form
// (peer_id.h), addresses are texts: "/ip4/10.0.0.7/tcp/4001/p2p/12D3KooW…".

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/result.h"
#include "p2p/cid.h"

namespace hermes::p2p {

struct Libp2pState;

/// Of the three hash tables, which.
enum class Dht : std::uint8_t {
  Wan,  // Of all of IPFS, between public addresses.
  Lan,  // Of IPFS, between private ones.
  App,  // Of Hermes: records of apps.
};

/// What is to become of what a peer sent.
enum class Verdict : std::uint8_t {
  Accept,  // A message is forwarded, a record stored.
  Reject,  // It is not, and the peer it came from is worse for it.
  Ignore,  // It is not.
};

/// Awaits a verdict. Dropped without one, it is ignored; one that comes later than
/// `Libp2pSettings::verdict_time` does nothing. May outlive the node. On any thread; never waits.
class Pending {
 public:
  Pending() = default;
  Pending(std::weak_ptr<Libp2pState> state, std::uint64_t token)
      : state_(std::move(state)), token_(token) {}
  Pending(Pending&& other) noexcept
      : state_(std::move(other.state_)), token_(std::exchange(other.token_, 0)) {}
  Pending& operator=(Pending&& other) noexcept {
    std::swap(state_, other.state_);
    std::swap(token_, other.token_);
    return *this;
  }
  ~Pending() { give(Verdict::Ignore); }

  /// The first counts.
  void give(Verdict verdict);

 private:
  std::weak_ptr<Libp2pState> state_;
  std::uint64_t token_ = 0;  // 0: nothing is awaited.
};

/// What was published on a topic. Its author signed it, which has been checked.
struct TopicMessage {
  std::string topic;
  std::string author;
  std::string from;  // The peer that forwarded it.
  std::uint64_t sequence = 0;
  std::string data;
  Pending pending;
};

/// What a peer wants to be stored in a hash table. Nothing of it has been checked.
struct OfferedRecord {
  Dht dht = Dht::App;
  std::string key;
  std::string value;
  std::string from;
  std::chrono::milliseconds life{};
  Pending pending;
};

/// What a hash table has for a key. It is not checked.
struct DhtValue {
  std::string value;
  std::string from;  // Empty: stored here.
};

/// A block that was asked for; an error if it did not come. It is in the block store.
struct FetchedBlock {
  Cid cid;
  Result<std::string> block;
};

struct ConnectedPeer {
  std::string peer;
  std::string address;
  std::optional<std::chrono::microseconds> ping;
};

/// An address of the node itself.
struct OwnAddress {
  std::string address;
  bool is_confirmed = false;  // By others, which have reached it.
};

/// What happens to the node.
struct Libp2pChange {
  enum class Kind : std::uint8_t {
    Listening,     // At the address `text`.
    NotListening,  // There no more.
    Connected,     // The first one with `peer`, at the address `text`; `number` is 1 if dialled.
    Disconnected,  // The last connection with `peer` is gone.
    Identified,    // `peer` says that it is a `text`: "kubo/0.42.0".
    Subscribed,    // `peer` listens to the topic `text`, to which the node does too.
    Unsubscribed,
    Reachable,  // From outside, at the address `text`.
    Unreachable,
    Discovered,  // `peer` is in this network, at the address `text` (mDNS).
    Failed,      // For the reason `text`; it is being rebuilt. What was under way ends as Busy.
    Rebuilt,     // With its listeners, topics, blocked and bootstrap peers.
    Dropped,     // `number` messages, records or changes, of which there were too many.
  };

  Kind kind = {};
  std::string peer = {};
  std::string text = {};
  std::uint64_t number = 0;
};

/// Since the node was made, or as it is now.
struct Libp2pStats {
  std::uint64_t peers = 0;
  std::uint64_t connections = 0;
  std::uint64_t connections_refused = 0;  // That came in and a limit, or the block list, forbade.
  std::uint64_t lan_peers = 0;            // That its hash tables of IPFS lead to, by the table.
  std::uint64_t wan_peers = 0;
  std::uint64_t requests = 0;  // Under way.
  std::uint64_t dropped = 0;   // Events; what peers sent was ignored.
  std::uint64_t rebuilt = 0;
  std::uint64_t topics = 0;
  std::uint64_t messages_received = 0;
  std::uint64_t messages_published = 0;
  std::uint64_t messages_rejected = 0;
  std::uint64_t verdicts_late = 0;
  std::uint64_t records = 0;  // Stored, of all hash tables.
  std::uint64_t record_bytes = 0;
  std::uint64_t providers = 0;
  std::uint64_t records_refused = 0;  // Of peers, for which there was no room; providers too.
  std::uint64_t blocks_received = 0;
  std::uint64_t block_bytes_received = 0;
  std::uint64_t blocks_sent = 0;
  std::uint64_t block_bytes_sent = 0;
  std::uint64_t blocks_refused = 0;  // That were not what was asked for.
  std::uint64_t bitswap_errors = 0;  // Peers whose frames were none, or too large.
  std::uint64_t wants_held = 0;      // Of peers, that wait for a block.
  std::uint64_t reachable = 0;       // 1 while others are known to reach it, without a relay.
  std::uint64_t relays = 0;          // Through which they can.
};

}  // namespace hermes::p2p
