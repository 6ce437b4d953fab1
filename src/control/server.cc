#include "control/server.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include <boost/asio/basic_socket_acceptor.hpp>

#include "base/strings.h"
#include "control/address.h"
#include "control/session.h"
#include "io/descriptor.h"

namespace hermes::control {
namespace {

using boost::system::error_code;

constexpr int kBacklog = 16;
constexpr std::size_t kMostClients = 32;
constexpr auto kPause = std::chrono::milliseconds(50);  // When the process is out of descriptors.

Result<io::Descriptor> listen_at(const Address& address) {
  const auto failed = [](std::string_view what) {
    return Error(Code::Denied, concat(what, ": ", std::strerror(errno)));
  };
  io::Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return failed("a socket");
  if (::unlink(address.path()) != 0 && errno != ENOENT) return failed("removing an old one");
  if (::bind(socket.get(), address.get(), address.size()) != 0) return failed("making it");
  // Nobody can connect before `listen`.
  if (::chmod(address.path(), S_IRUSR | S_IWUSR) != 0) return failed("closing it to others");
  if (::listen(socket.get(), kBacklog) != 0) return failed("listening");
  return socket;
}

std::optional<uid_t> user_of(int socket) {
  ucred peer = {};
  socklen_t size = sizeof(peer);
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return std::nullopt;
  return peer.uid;
}

}  // namespace

class Server::Listener : public std::enable_shared_from_this<Listener> {
 public:
  Listener(Address address, io::Reactor& reactor, Handler& handler, log::Log& log)
      : address_(std::move(address)),
        handler_(handler),
        log_(log),
        acceptor_(std::in_place, reactor.context()),
        pause_(std::in_place, reactor.context()) {}

  Result<> listen() {
    auto socket = TRY(listen_at(address_));
    error_code error;
    acceptor_->assign(Protocol(), socket.get(), error);
    if (error) return Error(Code::Denied, error.message());
    socket.release();
    return {};
  }

  void accept() {
    acceptor_->async_accept([self = shared_from_this()](error_code error, Socket socket) {
      if (error == boost::asio::error::operation_aborted) return;
      if (error) return self->pause();
      self->adopt(std::move(socket));
      self->accept();
    });
  }

  void abandon() {
    for (const auto& session : sessions_) {
      if (const auto alive = session.lock()) alive->abandon();
    }
    acceptor_.reset();
    pause_.reset();
    ::unlink(address_.path());
  }

 private:
  void pause() {
    pause_->expires_after(kPause);
    pause_->async_wait([self = shared_from_this()](error_code error) {
      if (!error) self->accept();
    });
  }

  void adopt(Socket socket) {
    const auto user = user_of(socket.native_handle());
    if (!user || (*user != 0 && *user != ::geteuid())) {
      log_.write({.level = log::Level::Warn,
                  .component = "control",
                  .message = "a client of another user was refused"});
      return;
    }
    std::erase_if(sessions_, [](const auto& session) {
      const auto alive = session.lock();
      return !alive || alive->is_gone();
    });
    const auto session = std::make_shared<Session>(std::move(socket), handler_);
    sessions_.push_back(session);
    if (sessions_.size() <= kMostClients) return session->start();
    session->send(error_answer("too many clients at once"), true);
  }

  const Address address_;
  Handler& handler_;
  log::Log& log_;
  std::optional<boost::asio::basic_socket_acceptor<Protocol, Executor>> acceptor_;
  std::optional<Timer> pause_;
  std::vector<std::weak_ptr<Session>> sessions_;
};

Server::Server(std::shared_ptr<Listener> listener) : listener_(std::move(listener)) {}

Server::~Server() {
  listener_->abandon();
}

Result<std::unique_ptr<Server>> Server::listen(const std::filesystem::path& home,
                                               io::Reactor& reactor, Handler& handler,
                                               log::Log& log) {
  auto address = TRY(Address::in(home));
  auto listener = std::make_shared<Listener>(std::move(address), reactor, handler, log);
  TRY(listener->listen().context(concat("the control socket in ", home.native())));
  listener->accept();
  return std::unique_ptr<Server>(new Server(std::move(listener)));
}

}  // namespace hermes::control
