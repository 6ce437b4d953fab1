#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "base/log.h"
#include "base/result.h"
#include "base/task_group.h"
#include "base/time.h"
#include "p2p/ipns.h"
#include "p2p/libp2p_node.h"
#include "p2p/peer_book.h"
#include "p2p/repository.h"
#include "p2p/root_announcer.h"

namespace hermes::p2p {

/// What the engine's configuration says of its node.
struct HomeNodeSettings {
  Libp2pSettings node = {.listen = {"/ip4/0.0.0.0/tcp/7879", "/ip4/0.0.0.0/udp/7879/quic-v1",
                                    "/ip6/::/tcp/7879", "/ip6/::/udp/7879/quic-v1"},
                         .bootstrap = {}};

  /// In place of the public ones that are tried by default; a private network has none by default.
  std::optional<std::vector<std::string>> bootstrap = std::nullopt;

  std::filesystem::path network_key = {};  // A file; empty: the public network.
};

/// The node of an engine. Who it is, and whom it has met, is kept in the engine's home:
///
///   ipfs/identity   the key that it is; who has it can be it
///   ipfs/peers      whom it has reached, to be tried at the next start
///   ipfs/name       what its name stands for
///
/// It announces what is pinned. What happens to it is logged.
class HomeNode {
 public:
  /// Starts it. The rest outlives it.
  static Result<std::unique_ptr<HomeNode>> start(const std::filesystem::path& home,
                                                 const HomeNodeSettings& settings,
                                                 Repository& repository, Clock& clock,
                                                 log::Log& log);

  /// Hangs up.
  ~HomeNode();

  Libp2pNode& node() { return *node_; }
  Ipns& names() { return *names_; }

  /// Whom it tries now and again while few peers are connected, but for those that it has met.
  std::vector<std::string> bootstrap() const;
  void set_bootstrap(std::vector<std::string> addresses, Libp2pNode::Then<> then);

 private:
  HomeNode(const std::filesystem::path& home, std::vector<std::string> bootstrap, Clock& clock,
           log::Log& log);

  void note(const Libp2pChange& change);
  void met(const Libp2pChange& change);
  void save_soon();
  void save();

  Clock& clock_;
  log::Log& log_;
  PeerBook book_;
  Guarded<std::vector<std::string>> bootstrap_;
  Guarded<bool> is_saved_{true};
  TaskGroup tasks_{1};  // That write the disk, which alarms do not wait for.
  const std::unique_ptr<Alarm> saving_;
  std::unique_ptr<RootAnnouncer> announcer_;
  std::unique_ptr<Libp2pNode> node_;  // Behind all that it tells something.
  std::unique_ptr<Ipns> names_;
};

}  // namespace hermes::p2p
