#pragma once

#include <atomic>
#include <cstddef>
#include <ctime>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "io/reactor.h"
#include "net/client_counts.h"
#include "net/http_server.h"
#include "net/socket.h"

namespace hermes::net {

class Connection;

/// What the connections of a server share.
struct ServerContext {
  ServerContext(HttpServerOptions wanted, HttpHandler& handler_of_all)
      : options(std::move(wanted)), handler(handler_of_all) {}

  const HttpServerOptions options;
  HttpHandler& handler;
  ClientCounts clients;
  std::atomic<bool> is_quiet = false;
  std::atomic<bool> is_stopped = false;
};

/// The connections of one reactor. Only its thread touches them.
class Shard : public std::enable_shared_from_this<Shard> {
 public:
  Shard(io::Reactor& reactor, std::shared_ptr<ServerContext> server)
      : reactor_(reactor), server_(std::move(server)) {}

  /// Takes a connection over; `tls` is null for one without; `is_refused`, if only to answer that
  /// there are too many. From any thread, likewise `quiesce` and `stop`.
  void adopt(Socket socket, std::string peer, std::shared_ptr<const ServerTls> tls,
             bool is_refused);
  void quiesce();
  void stop();

  /// How many connections were dealt to it and are not closed.
  std::size_t load() const { return load_.load(std::memory_order_relaxed); }

  io::Reactor& reactor() { return reactor_; }
  ServerContext& server() const { return *server_; }

  void remove(Connection& connection);

  /// `next` goes on with what was the socket of `connection`.
  void replace(Connection& connection, Connection& next);

  /// Now, as the Date header has it.
  std::string_view date();

 private:
  io::Reactor& reactor_;
  const std::shared_ptr<ServerContext> server_;
  std::atomic<std::size_t> load_ = 0;
  std::unordered_set<Connection*> connections_;
  std::time_t date_of_ = 0;
  std::string date_;
};

}  // namespace hermes::net
