#pragma once

// Content that is not here, or not all of it, is fetched from peers: those that are connected are
// asked, and those that hash tables name as its providers.
//
//   path ── resolve ──▶ root ── block, its links, theirs … (a window of them at a time) ──▶ store

#include <chrono>
#include <cstdint>
#include <memory>

#include "base/result.h"
#include "base/time.h"
#include "base/unique_function.h"
#include "p2p/block_store.h"
#include "p2p/directory.h"
#include "p2p/libp2p_node.h"

namespace hermes::p2p {

/// Content of which each block is here, and stays while this lives.
struct HeldContent {
  Cid root;             // What the path led to.
  std::uint64_t bytes;  // That its blocks take, as `room_for` has it.
  BlockStore::Lease lease;
};

class ContentFetch;

/// A fetch that is under way. Copies stand for the same; dropping them ends nothing.
class ContentTicket {
 public:
  ContentTicket() = default;
  explicit ContentTicket(std::weak_ptr<ContentFetch> fetch) : fetch_(std::move(fetch)) {}

  /// Ends it, as Stopping, if it has not ended. From any thread; never waits.
  void cancel() const;

 private:
  std::weak_ptr<ContentFetch> fetch_;
};

/// Thread-safe.
class ContentFetcher {
 public:
  using Then = UniqueFunction<void(Result<HeldContent>)>;

  /// Told now and then, as blocks come, how much is here. It neither waits nor calls back.
  using Progress = UniqueFunction<void(std::uint64_t bytes)>;

  struct Limits {
    std::uint64_t bytes;  // That all blocks take; LimitReached for more.
    std::chrono::nanoseconds timeout = std::chrono::seconds(60);
  };

  /// All outlive it; without a node there is no network.
  ContentFetcher(Clock& clock, BlockStore& blocks, Libp2pNode* node)
      : clock_(clock), blocks_(blocks), node_(node) {}

  /// Has all of the content be here. `then` runs once: within the call where all is here or there
  /// is no network, else on the node's thread. NotFound where nobody has it, or the path leads
  /// nowhere; TimedOut, Busy and Stopping as by the node.
  ContentTicket fetch(ContentPath path, const Limits& limits, Then then,
                      Progress progress = nullptr);

  /// What was fetched is on the disk for good, and there for other processes.
  Result<> commit() { return blocks_.commit(); }

 private:
  Clock& clock_;
  BlockStore& blocks_;
  Libp2pNode* const node_;
};

}  // namespace hermes::p2p
