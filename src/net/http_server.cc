#include "net/http_server.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <utility>
#include <vector>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>

#include "base/strings.h"
#include "net/shard.h"
#include "net/socket.h"

namespace hermes::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr int kBacklog = 4096;
constexpr std::size_t kMostRefused = 256;  // Connections above the limit that are told so.
constexpr auto kPause = std::chrono::milliseconds(50);  // When the process is out of descriptors.

std::string text_of(const tcp::endpoint& endpoint) {
  const auto address = endpoint.address().to_string();
  return endpoint.address().is_v6() ? concat("[", address, "]:", endpoint.port())
                                    : concat(address, ":", endpoint.port());
}

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

// Accepts on one reactor, whose thread runs it, and deals to all.
class Listener : public std::enable_shared_from_this<Listener> {
 public:
  Listener(std::vector<std::shared_ptr<Shard>> shards, std::shared_ptr<ServerContext> server)
      : shards_(std::move(shards)),
        server_(std::move(server)),
        acceptor_(context()),
        pause_(context()) {}

  Result<> listen() {
    const auto& options = server_->options;
    error_code error;
    const auto address = asio::ip::make_address(options.address, error);
    if (error) return cannot_listen(options.address, "it is not an IP address");
    const tcp::endpoint endpoint(address, options.port);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(Acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(kBacklog, error);
    if (!error) acceptor_.non_blocking(true, error);
    if (!error) endpoint_ = acceptor_.local_endpoint(error);
    if (error) return cannot_listen(text_of(endpoint), error.message());
    return {};
  }

  const tcp::endpoint& endpoint() const { return endpoint_; }

  void wait() {
    acceptor_.async_wait(Acceptor::wait_read, [self = shared_from_this()](error_code error) {
      if (!error) self->accept_all();
    });
  }

  void close() {
    asio::post(context(), [self = shared_from_this()] {
      error_code ignored;
      self->acceptor_.close(ignored);
      self->pause_.cancel();
    });
  }

 private:
  using Acceptor = asio::basic_socket_acceptor<tcp, Executor>;

  asio::io_context& context() { return shards_.front()->reactor().context(); }

  void accept_all() {
    while (acceptor_.is_open()) {
      sockaddr_storage address;
      socklen_t size = sizeof(address);
      const int accepted =
          ::accept4(acceptor_.native_handle(), reinterpret_cast<sockaddr*>(&address), &size,
                    SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (accepted >= 0) {
        deal(accepted);
      } else if (errno == EAGAIN) {
        return wait();
      } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
        return pause();
      }
    }
  }

  void pause() {
    pause_.expires_after(kPause);
    pause_.async_wait([self = shared_from_this()](error_code error) {
      if (!error) self->accept_all();
    });
  }

  void deal(int accepted) {
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
    const auto& limit = server_->options.connections;
    if (open >= limit + kMostRefused) return;
    socket.set_option(tcp::no_delay(true), error);
    const auto peer = socket.remote_endpoint(error);
    if (error) return;  // It is gone already.
    shard.adopt(std::move(socket), peer_of(peer.address()), open >= limit);
  }

  const std::vector<std::shared_ptr<Shard>> shards_;
  const std::shared_ptr<ServerContext> server_;
  Acceptor acceptor_;
  Timer pause_;
  tcp::endpoint endpoint_;
};

}  // namespace

struct HttpServer::State {
  std::shared_ptr<ServerContext> context;
  std::vector<std::shared_ptr<Shard>> shards;
  std::shared_ptr<Listener> listener;
};

HttpServer::HttpServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

HttpServer::~HttpServer() {
  stop();
}

Result<std::unique_ptr<HttpServer>> HttpServer::listen(HttpServerOptions options,
                                                       std::span<io::Reactor* const> reactors,
                                                       HttpHandler& handler) {
  auto state = std::make_unique<State>();
  state->context.reset(new ServerContext{std::move(options), handler});
  for (auto* reactor : reactors) {
    state->shards.push_back(std::make_shared<Shard>(*reactor, state->context));
  }
  state->listener = std::make_shared<Listener>(state->shards, state->context);
  TRY(state->listener->listen());
  state->listener->wait();
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(state)));
}

std::uint16_t HttpServer::port() const {
  return state_->listener->endpoint().port();
}

std::string HttpServer::url() const {
  return concat("http://", text_of(state_->listener->endpoint()));
}

void HttpServer::quiesce() {
  if (state_->context->is_quiet.exchange(true)) return;
  state_->listener->close();
  for (const auto& shard : state_->shards) shard->quiesce();
}

void HttpServer::stop() {
  if (state_->context->is_stopped.exchange(true)) return;
  quiesce();
  for (const auto& shard : state_->shards) shard->stop();
}

}  // namespace hermes::net
