#include "extensions/ipfs/evictions.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "p2p/peer_id.h"

namespace hermes::ipfs {
namespace {

constexpr std::string_view kFromNode = "evict";

}  // namespace

Result<> Evictions::app_started(const Rights& rights) {
  const std::lock_guard lock(changing_);
  const auto names = TRY(parts_.repository.tracking().names(p2p::Tracked::Evicted, rights.app));
  OfApp now{{names.begin(), names.end()}, rights.has(kFromNode)};
  const auto [before, free] = apps_.with([&](Apps& apps) {
    auto old = std::exchange(apps[rights.app], now);
    std::vector<std::string> nobodys;
    for (const auto& peer : old.peers) {
      if (old.from_node && !is_wanted_away(apps, peer)) nobodys.push_back(peer);
    }
    return std::pair(std::move(old), std::move(nobodys));
  });
  for (const auto& peer : free) unblock(peer);
  if (!now.from_node || before.from_node) return {};
  for (const auto& peer : now.peers) block(peer, [](Result<>) {});
  return {};
}

void Evictions::app_stopped(const runtime::AppId& app) {
  const std::lock_guard lock(changing_);
  const auto free = apps_.with([&](Apps& apps) {
    std::vector<std::string> nobodys;
    const auto found = apps.find(app);
    if (found == apps.end()) return nobodys;
    const auto gone = std::move(found->second);
    apps.erase(found);
    for (const auto& peer : gone.peers) {
      if (gone.from_node && !is_wanted_away(apps, peer)) nobodys.push_back(peer);
    }
    return nobodys;
  });
  for (const auto& peer : free) unblock(peer);
}

void Evictions::evict(std::shared_ptr<const Rights> rights, std::string_view text,
                      std::shared_ptr<Question<bool>> question) {
  auto peer = p2p::peer_from_text(text);
  if (!peer) return question->fail(Errno::InvalidPeerId, "that is no peer id");
  if (parts_.node == nullptr) return question->fail(Errno::ServiceUnavailable, "no node runs");
  if (*peer == parts_.node->peer()) {
    return question->fail(Errno::PeerEvictionError, "a node does not evict itself");
  }
  const auto queue = concat("tables ", rights->app);
  parts_.tasks.run(queue, [this, rights = std::move(rights), peer = *std::move(peer),
                           question = std::move(question)] {
    const std::lock_guard lock(changing_);
    const auto added = parts_.repository.tracking().add(p2p::Tracked::Evicted, rights->app, peer,
                                                        parts_.limits.evicted);
    if (!added.has_value()) {
      const bool is_limit = added.error().code() == Code::LimitReached;
      return question->answer(
          Unexpected(Failure{Errno::PeerEvictionError, added.error().message(),
                             is_limit ? std::optional(runtime::Limit::IpfsPeers) : std::nullopt}));
    }
    const bool from_node = apps_.with([&](Apps& apps) {
      const auto found = apps.find(rights->app);
      if (found == apps.end()) return false;  // It has stopped.
      found->second.peers.insert(peer);
      return found->second.from_node;
    });
    if (!from_node) return question->answer(true);
    block(peer, [question](Result<> blocked) {
      if (blocked) return question->answer(true);
      question->fail(Errno::PeerEvictionError, blocked.error().message());
    });
  });
}

bool Evictions::has_evicted(std::string_view app, std::string_view peer) const {
  return apps_.with([&](const Apps& apps) {
    const auto found = apps.find(app);
    return found != apps.end() && found->second.peers.contains(peer);
  });
}

// By any app that may have it kept away from the node.
bool Evictions::is_wanted_away(const Apps& apps, std::string_view peer) {
  return std::ranges::any_of(apps, [&](const auto& entry) {
    return entry.second.from_node && entry.second.peers.contains(peer);
  });
}

void Evictions::block(const std::string& peer, UniqueFunction<void(Result<>)> then) {
  if (parts_.node == nullptr) return then({});
  parts_.requests.run<void>(
      [&](auto done) {
        return parts_.node->block_peer(peer, std::chrono::milliseconds(0),
                                       parts_.limits.node_timeout, std::move(done));
      },
      std::move(then));
}

void Evictions::unblock(const std::string& peer) {
  if (parts_.node == nullptr) return;
  parts_.requests.run<void>(
      [&](auto done) {
        return parts_.node->unblock_peer(peer, parts_.limits.node_timeout, std::move(done));
      },
      [](Result<>) {});
}

}  // namespace hermes::ipfs
