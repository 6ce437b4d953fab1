#pragma once

// The node of libp2p, behind the C interface of rust/p2p. One thread, the node's, takes what comes
// of requests and what peers send, and calls everything back:
//
//   publish, dht_get, fetch …  ──▶ queue ──▶ swarm ──▶ events ──▶ the node's thread ──▶ then
//
// Functions that are called back run on that thread, one at a time; they do not wait and do not
// throw. They may call the node.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/result.h"
#include "base/unique_function.h"
#include "p2p/block_store.h"
#include "p2p/cid.h"
#include "p2p/identity.h"
#include "p2p/libp2p_settings.h"
#include "p2p/libp2p_types.h"

namespace hermes::p2p {

/// A request that is under way. Copies stand for the same; dropping them ends nothing.
class Libp2pRequest {
 public:
  Libp2pRequest() = default;
  Libp2pRequest(std::weak_ptr<Libp2pState> state, std::uint64_t id)
      : state_(std::move(state)), id_(id) {}

  /// Ends it, as Stopping, if it has not ended. From any thread; never waits.
  void cancel() const;

 private:
  std::weak_ptr<Libp2pState> state_;
  std::uint64_t id_ = 0;
};

/// Thread-safe. A request never waits: `then` runs once, on the node's thread and not within the
/// call, also for a request that could not begin. Its errors:
///
///   Busy             too much is under way, nobody could be reached, or the node failed meanwhile
///   TimedOut         `timeout` has passed
///   Stopping         it was cancelled, or the node stops
///   NotFound         there is none, of what was asked for
///   Denied           a peer that is blocked, or a limit of the node
///   InvalidArgument  can never succeed
class Libp2pNode {
 public:
  using Timeout = std::chrono::nanoseconds;
  template <typename T = void>
  using Then = UniqueFunction<void(Result<T>)>;

  /// A node that is starting: it listens and dials on its own. `blocks` outlives it. `on_change`
  /// may be null. InvalidArgument for an address that is none.
  static Result<std::unique_ptr<Libp2pNode>> start(const Libp2pSettings& settings,
                                                   const Identity& identity, BlockStore& blocks,
                                                   UniqueFunction<void(Libp2pChange)> on_change);

  /// As `stop`. Each request has ended, and nothing is called back any more.
  ~Libp2pNode();

  /// Ends all requests, as Stopping, and closes connections; waits for that, at most `grace`. Not
  /// on the node's thread.
  void stop(Timeout grace);

  const Identity& identity() const;
  std::string peer() const { return identity().peer(); }
  Libp2pStats stats() const;

  /// Runs it on the node's thread, behind what has come until now; before it ends, in any case.
  void later(UniqueFunction<void()> work);

  // What peers send. One at a time hears each; before and after, it is ignored. When the function
  // returns, the one before is gone, unless that is what calls: so not under a lock that it takes.

  void hear_messages(UniqueFunction<void(TopicMessage)> sink);
  void hear_records(UniqueFunction<void(OfferedRecord)> sink);  // For the table of Hermes.
  void hear_ipns(UniqueFunction<void(OfferedRecord)> sink);     // For those of IPFS.

  // Publish and subscribe. A topic has 1 to 256 bytes of UTF-8.

  Libp2pRequest subscribe(std::string_view topic, Timeout timeout, Then<> then);
  Libp2pRequest unsubscribe(std::string_view topic, Timeout timeout, Then<> then);

  /// Signed with the node's key; not delivered to the node itself. `then` gets its sequence, or 0
  /// if no peer listens to the topic. Busy where the queues of all peers are full.
  Libp2pRequest publish(std::string_view topic, std::string_view data, Timeout timeout,
                        Then<std::uint64_t> then);

  // Hash tables. Keys have at most 512 bytes, values 64 KiB.

  /// Stores a record here, and with the nodes nearest to the key: `then` gets whether one of them
  /// has it, false if there is none.
  Libp2pRequest dht_put(Dht dht, std::string_view key, std::string_view value,
                        std::chrono::milliseconds life, Timeout timeout, Then<bool> then);

  /// Stores it here alone, as if a verdict had accepted it.
  Libp2pRequest dht_keep(Dht dht, std::string_view key, std::string_view value,
                         std::chrono::milliseconds life, Timeout timeout, Then<> then);
  Libp2pRequest dht_remove(Dht dht, std::string_view key, Timeout timeout, Then<> then);

  /// Each different value that is found, here and with others, as it comes: `most` at most.
  Libp2pRequest dht_get(Dht dht, std::string_view key, std::uint32_t most, Timeout timeout,
                        UniqueFunction<void(DhtValue)> on_value, Then<> then);

  /// Says that the node has what the key, a multihash, names. Peers keep that for 48 hours: whoever
  /// wants it to stay says so again. `then` gets whether a peer knows, false if there is none, yet.
  Libp2pRequest dht_provide(Dht dht, std::string_view key, Timeout timeout, Then<bool> then);
  Libp2pRequest dht_unprovide(Dht dht, std::string_view key, Timeout timeout, Then<> then);

  /// Each peer that says that it has it, as it is found: `most` at most.
  Libp2pRequest dht_find_providers(Dht dht, std::string_view key, std::uint32_t most,
                                   Timeout timeout, UniqueFunction<void(std::string)> on_peer,
                                   Then<> then);

  // Blocks.

  /// A number for blocks that one peer is likely to have all of, such as those of a file.
  std::uint64_t new_session();

  /// Fetches blocks, 4,096 at most, that are not in the store, in this order, and puts them there;
  /// `on_block` gets each, and `then` an error if one did not come. Asked are the peers of the
  /// session: `providers`, which are dialled where needed, those of earlier requests, and those
  /// that had its blocks; if there is none, all that are connected.
  Libp2pRequest fetch(std::uint64_t session, const std::vector<Cid>& cids,
                      const std::vector<std::string>& providers, Timeout timeout,
                      UniqueFunction<void(FetchedBlock)> on_block, Then<> then);

  /// Ends the requests of the session, as Stopping.
  void end_session(std::uint64_t session);

  /// Blocks are in the store that were not before: peers that wait for one get it.
  void announce(const std::vector<Cid>& cids);

  // Peers.

  Libp2pRequest peers(Timeout timeout, Then<std::vector<ConnectedPeer>> then);
  Libp2pRequest addresses(Timeout timeout, Then<std::vector<OwnAddress>> then);

  /// `then` gets the peer, at once if it is connected. `peer` may be empty if an address says who
  /// it is; without addresses, those that are known are tried.
  Libp2pRequest dial(std::string_view peer, const std::vector<std::string>& addresses,
                     Timeout timeout, Then<std::string> then);
  Libp2pRequest disconnect(std::string_view peer, Timeout timeout, Then<> then);

  /// Closes the connections with the peer and has no more of them, for `time`; zero: until
  /// `unblock_peer`.
  Libp2pRequest block_peer(std::string_view peer, std::chrono::milliseconds time, Timeout timeout,
                           Then<> then);
  Libp2pRequest unblock_peer(std::string_view peer, Timeout timeout, Then<> then);

  /// In place of the bootstrap addresses of before; none: no bootstrapping.
  Libp2pRequest set_bootstrap(const std::vector<std::string>& addresses, Timeout timeout,
                              Then<> then);

 private:
  explicit Libp2pNode(std::shared_ptr<Libp2pState> state);

  const std::shared_ptr<Libp2pState> state_;
  std::jthread thread_;  // Last: it is gone first.
};

}  // namespace hermes::p2p
