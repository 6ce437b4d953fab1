#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <unordered_set>

#include "io/reactor.h"
#include "io/resolver.h"
#include "net/outbound.h"
#include "net/outbound_connection.h"
#include "net/tls.h"

namespace hermes::net {

class OutboundExchange;

/// What all requests share.
struct OutboundContext {
  const OutboundOptions options;
  const std::shared_ptr<ClientTls> tls;
  const std::shared_ptr<io::Resolver> resolver;
  std::atomic<bool> is_stopped = false;
};

/// The requests of one reactor, and the connections that are kept for the next. Only its thread
/// touches them.
class OutboundShard : public std::enable_shared_from_this<OutboundShard> {
 public:
  OutboundShard(io::Reactor& reactor, std::shared_ptr<OutboundContext> context);

  io::Reactor& reactor() { return reactor_; }
  OutboundContext& context() { return *context_; }

  void add(std::shared_ptr<OutboundExchange> exchange) { exchanges_.insert(std::move(exchange)); }
  void remove(const std::shared_ptr<OutboundExchange>& exchange) { exchanges_.erase(exchange); }

  /// A connection that the app has used for the same destination, still good as far as can be seen,
  /// and to an address that the app may still connect to; null if there is none.
  std::shared_ptr<OutboundConnection> take(const OutboundRequest& request);

  /// Keeps it for a while.
  void keep(const std::string& app, const Destination& to,
            std::shared_ptr<OutboundConnection> connection);

  /// Ends what is under way for the app, or for all if it is empty. From any thread.
  void forget(std::string app);

 private:
  struct Idle {
    std::string app;
    Destination to;
    std::shared_ptr<OutboundConnection> connection;
    std::chrono::steady_clock::time_point until;
  };

  void close_idle(const std::string& app);
  void arm();

  io::Reactor& reactor_;
  const std::shared_ptr<OutboundContext> context_;
  std::unordered_set<std::shared_ptr<OutboundExchange>> exchanges_;
  std::deque<Idle> idle_;  // Those that were used last are behind.
  Timer timer_;
  bool is_armed_ = false;
};

}  // namespace hermes::net
