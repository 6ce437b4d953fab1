#include "net/listener.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <chrono>
#include <string>
#include <utility>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>

#include "base/strings.h"
#include "net/http_server.h"

namespace hermes::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr int kBacklog = 4096;
constexpr std::size_t kMostRefused = 256;  // Connections above the limit that are told so.
constexpr auto kPause = std::chrono::milliseconds(50);  // When the process is out of descriptors.

// A client of IPv4 is called by its own address where the listener is of IPv6.
std::string peer_of(const asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  }
  return address.to_string();
}

Error cannot_listen(std::string_view where, std::string why) {
  if (!why.empty()) why[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(why[0])));
  return Error(Code::InvalidArgument, concat("cannot listen on ", where, ": ", why));
}

}  // namespace

std::string text_of(const Listener::Endpoint& endpoint) {
  const auto address = endpoint.address().to_string();
  return endpoint.address().is_v6() ? concat("[", address, "]:", endpoint.port())
                                    : concat(address, ":", endpoint.port());
}

Listener::Listener(std::vector<std::shared_ptr<Shard>> shards,
                   std::shared_ptr<ServerContext> server, bool is_secure)
    : shards_(std::move(shards)),
      server_(std::move(server)),
      is_secure_(is_secure),
      acceptor_(context()),
      pause_(context()) {}

Result<> Listener::listen(std::string_view where, std::uint16_t port) {
  error_code error;
  const auto address = asio::ip::make_address(where, error);
  if (error) return cannot_listen(where, "it is not an IP address");
  const tcp::endpoint endpoint(address, port);
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(Acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(kBacklog, error);
  if (!error) acceptor_.non_blocking(true, error);
  if (!error) endpoint_ = acceptor_.local_endpoint(error);
  if (error) return cannot_listen(text_of(endpoint), error.message());
  return {};
}

void Listener::start() {
  wait();
}

void Listener::close() {
  asio::post(context(), [self = shared_from_this()] {
    error_code ignored;
    self->acceptor_.close(ignored);
    self->pause_.cancel();
  });
}

void Listener::wait() {
  acceptor_.async_wait(Acceptor::wait_read, [self = shared_from_this()](error_code error) {
    if (!error) self->accept_all();
  });
}

void Listener::accept_all() {
  while (acceptor_.is_open()) {
    sockaddr_storage address;
    socklen_t size = sizeof(address);
    const int accepted = ::accept4(acceptor_.native_handle(), reinterpret_cast<sockaddr*>(&address),
                                   &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (accepted >= 0) {
      deal(accepted);
    } else if (errno == EAGAIN) {
      return wait();
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      return pause();
    }
  }
}

void Listener::pause() {
  pause_.expires_after(kPause);
  pause_.async_wait([self = shared_from_this()](error_code error) {
    if (!error) self->accept_all();
  });
}

void Listener::deal(int accepted) {
  const auto load = [](const auto& shard) { return shard->load(); };
  std::size_t open = 0;
  for (const auto& shard : shards_) open += shard->load();
  auto& shard = **std::ranges::min_element(shards_, {}, load);
  Socket socket(shard.reactor().context());
  error_code error;
  socket.assign(endpoint_.protocol(), accepted, error);
  if (error) {
    ::close(accepted);
    return;
  }
  const auto& options = server_->options;
  if (open >= options.connections + kMostRefused) return server_->handler.refused_connection();
  socket.set_option(tcp::no_delay(true), error);
  const auto peer = socket.remote_endpoint(error);
  if (error) return;  // It is gone already.
  auto address = peer_of(peer.address());
  const bool is_fair = server_->clients.add(address, options.connections_per_client);
  auto tls = is_secure_ ? options.tls->current() : nullptr;
  const bool is_refused = !is_fair || open >= options.connections;
  if (is_refused) server_->handler.refused_connection();
  shard.adopt(std::move(socket), std::move(address), std::move(tls), is_refused);
}

}  // namespace hermes::net
