#include "testing/servers/scripted_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <stdexcept>
#include <utility>

#include "base/strings.h"

namespace hermes::testing {
namespace {

std::shared_ptr<SSL_CTX> make_tls(const Certificate* certificate) {
  if (certificate == nullptr) return nullptr;
  ::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to clients that are gone.
  std::shared_ptr<SSL_CTX> tls(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (SSL_CTX_use_certificate(tls.get(), certificate->certificate.get()) != 1 ||
      SSL_CTX_use_PrivateKey(tls.get(), certificate->key.get()) != 1) {
    throw std::runtime_error("OpenSSL does not take the certificate");
  }
  return tls;
}

std::size_t body_size(std::string_view head) {
  const auto lower = lower_case(head);
  const auto at = lower.find("\r\ncontent-length:");
  return at == lower.npos ? 0 : std::strtoull(lower.c_str() + at + 17, nullptr, 10);
}

}  // namespace

Visitor::Visitor(int socket, SSL_CTX* tls) : socket_(socket) {
  if (tls == nullptr) return;
  tls_ = SSL_new(tls);
  SSL_set_fd(tls_, socket_);
  SSL_accept(tls_);  // Where it fails, no request comes.
}

Visitor::~Visitor() {
  if (tls_ == nullptr) return;
  if (!is_cut_ && SSL_is_init_finished(tls_) == 1) SSL_shutdown(tls_);
  SSL_free(tls_);
}

std::string Visitor::request() {
  std::size_t end;
  while ((end = input_.find("\r\n\r\n")) == input_.npos) {
    if (!more()) return {};
  }
  if (lower_case(input_.substr(0, end + 2)).find("\r\ntransfer-encoding: chunked\r\n") !=
      input_.npos) {
    auto request = input_.substr(0, end + 4);
    input_.erase(0, end + 4);
    for (auto piece = chunk(); !piece.empty(); piece = chunk()) request += piece;
    return request;
  }
  const auto size = end + 4 + body_size(std::string_view(input_).substr(0, end + 2));
  while (input_.size() < size) {
    if (!more()) return {};
  }
  auto request = input_.substr(0, size);
  input_.erase(0, size);
  return request;
}

std::string Visitor::head() {
  std::size_t end;
  while ((end = input_.find("\r\n\r\n")) == input_.npos) {
    if (!more()) return {};
  }
  auto head = input_.substr(0, end + 4);
  input_.erase(0, end + 4);
  return head;
}

std::string Visitor::chunk() {
  std::size_t end;
  while ((end = input_.find("\r\n")) == input_.npos) {
    if (!more()) return {};
  }
  const auto size = std::strtoull(input_.c_str(), nullptr, 16);
  while (input_.size() < end + 2 + size + 2) {
    if (!more()) return {};
  }
  auto data = input_.substr(end + 2, size);
  input_.erase(0, end + 2 + size + 2);
  return data;
}

bool Visitor::more() {
  std::array<char, 65536> buffer;
  const auto count = tls_ ? SSL_read(tls_, buffer.data(), buffer.size())
                          : ::recv(socket_, buffer.data(), buffer.size(), 0);
  if (count <= 0) return false;
  input_.append(buffer.data(), static_cast<std::size_t>(count));
  return true;
}

void Visitor::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = tls_ ? SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()))
                           : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void Visitor::wait_for_end() {
  while (more()) input_.clear();
}

std::string Visitor::rest() {
  while (more()) {
  }
  return std::exchange(input_, {});
}

void Visitor::reset() const {
  const linger now{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
}

ScriptedServer::ScriptedServer(Script script, const Certificate* certificate)
    : script_(std::move(script)),
      tls_(make_tls(certificate)),
      listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 4096) != 0 ||
      ::getsockname(listener_, generic, &size) != 0) {
    throw std::runtime_error("no port to listen on");
  }
  port_ = ntohs(address.sin_port);
  accepting_ = std::thread([this] { accept_all(); });
}

ScriptedServer::~ScriptedServer() {
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
    for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
  }
  ::shutdown(listener_, SHUT_RDWR);
  accepting_.join();
  ::close(listener_);
  std::unique_lock lock(mutex_);
  ended_.wait(lock, [this] { return sockets_.empty(); });
}

void ScriptedServer::accept_all() {
  for (;;) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    const std::lock_guard lock(mutex_);
    if (socket >= 0 && is_over_) ::close(socket);
    if (socket < 0 || is_over_) return;
    ++connections_;
    sockets_.push_back(socket);
    std::thread([this, socket] { serve(socket); }).detach();  // Waited for by its socket.
  }
}

void ScriptedServer::serve(int socket) {
  {
    Visitor visitor(socket, tls_.get());
    script_(visitor);
  }
  const std::lock_guard lock(mutex_);
  std::erase(sockets_, socket);
  ::close(socket);
  ended_.notify_all();
}

ScriptedServer::Script answers(std::string response) {
  return [response = std::move(response)](Visitor& visitor) {
    while (!visitor.request().empty()) visitor.send(response);
  };
}

std::string ok(std::string_view body) {
  return concat("HTTP/1.1 200 OK\r\nContent-Length: ", body.size(), "\r\n\r\n", body);
}

}  // namespace hermes::testing
