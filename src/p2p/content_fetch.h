#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "p2p/block_store.h"
#include "p2p/cid.h"
#include "p2p/content_fetcher.h"
#include "p2p/directory.h"
#include "p2p/libp2p_node.h"

namespace hermes::p2p {

/// One fetch of content, on whichever thread has something for it; what it waits for keeps it. What
/// is here is walked over in strides, so that neither its end nor what else the node's thread has
/// to do waits for all of it.
///
/// Blocks that the asked peers do not have are lacking until a search of the hash tables, by the
/// name of the content or of the block, finds another peer to ask.
class ContentFetch : public std::enable_shared_from_this<ContentFetch> {
 public:
  struct Surroundings {
    Clock& clock;
    BlockStore& blocks;
    Libp2pNode* node;  // Null: there is no network.
  };

  ContentFetch(const Surroundings& surroundings, ContentPath path,
               const ContentFetcher::Limits& limits, ContentFetcher::Then then,
               ContentFetcher::Progress progress);

  void begin();
  void cancel();

 private:
  using Lock = std::unique_lock<std::mutex>;
  using End = std::optional<Result<HeldContent>>;

  void go_on(Lock lock);
  void end(Lock lock, Result<HeldContent> result);
  End step();
  bool is_walking() const;
  Result<> look_for_root();
  Result<> walk();
  Result<> come_to(const Cid& cid);
  Result<> add_links(const Cid& cid, std::string_view block);
  End ask();

  void tell_progress();
  void fetch(const std::vector<Cid>& cids, const std::vector<std::string>& providers);
  void on_block(const FetchedBlock& fetched);
  void on_fetched(const std::vector<Cid>& cids, Result<> done);
  bool search(const Cid& cid);
  void search_in(Dht dht, const Cid& cid);
  void on_provider(const std::string& peer);
  void on_searched();
  Libp2pNode::Timeout left() const;

  const Surroundings surroundings_;
  const ContentPath path_;
  const ContentFetcher::Limits limits_;
  const MonotonicTime deadline_;
  const std::uint64_t session_;

  std::mutex mutex_;  // Of all that follows.
  bool is_cancelled_ = false;
  bool is_to_go_on_ = false;  // On the node's thread, later.
  ContentFetcher::Then then_;
  ContentFetcher::Progress progress_;
  MonotonicTime next_told_{};
  std::optional<BlockStore::Lease> lease_;  // Until it has ended.
  std::optional<Cid> root_;
  std::uint64_t bytes_ = 0;
  std::unordered_set<std::string> seen_;     // Multihashes that were come to.
  std::unordered_set<std::string> parents_;  // Those of them whose links were.
  std::vector<Cid> todo_;
  std::vector<Cid> wanted_;
  std::set<Cid> asked_;
  std::vector<Cid> lacking_;
  std::set<std::string> searched_;   // Multihashes.
  std::set<std::string> providers_;  // That were found.
  std::vector<Libp2pRequest> searches_;
  std::size_t searching_ = 0;
};

}  // namespace hermes::p2p
