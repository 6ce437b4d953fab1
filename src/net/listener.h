#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "base/result.h"
#include "net/shard.h"
#include "net/socket.h"

namespace hermes::net {

/// Accepts at one address, on the first reactor, and deals each connection to the shard that has
/// the fewest.
class Listener : public std::enable_shared_from_this<Listener> {
 public:
  using Endpoint = boost::asio::ip::tcp::endpoint;

  Listener(std::vector<std::shared_ptr<Shard>> shards, std::shared_ptr<ServerContext> server,
           bool is_secure);

  /// Binds to an IP address.
  Result<> listen(std::string_view address, std::uint16_t port);

  const Endpoint& endpoint() const { return endpoint_; }

  /// Accepts from now on, until `close`. From any thread, likewise `close`.
  void start();
  void close();

 private:
  using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, Executor>;

  boost::asio::io_context& context() { return shards_.front()->reactor().context(); }
  void wait();
  void accept_all();
  void pause();
  void deal(int accepted);

  const std::vector<std::shared_ptr<Shard>> shards_;
  const std::shared_ptr<ServerContext> server_;
  const bool is_secure_;
  Acceptor acceptor_;
  Timer pause_;
  Endpoint endpoint_;
};

/// "127.0.0.1:80", "[::1]:80".
std::string text_of(const Listener::Endpoint& endpoint);

}  // namespace hermes::net
