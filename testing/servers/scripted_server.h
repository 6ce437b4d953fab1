#pragma once

#include <openssl/ssl.h>

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "testing/servers/certificates.h"

namespace hermes::testing {

/// The client of a ScriptedServer. Nothing waits once the server is gone.
class Visitor {
 public:
  Visitor(int socket, SSL_CTX* tls);
  Visitor(const Visitor&) = delete;
  ~Visitor();

  /// The next request, whose body has a Content-Length or comes in chunks if it has one; empty if
  /// none comes. The chunks are joined.
  std::string request();

  /// Waits until the client has begun a request, most of which it leaves unread.
  void wait_for_begin() { more(); }

  /// The head of the next, and then each chunk; empty behind the last, or where none comes.
  std::string head();
  std::string chunk();

  void send(std::string_view bytes);

  /// Waits until the client closes.
  void wait_for_end();

  /// All that comes until then.
  std::string rest();

  /// Closes so that the client hears of it at once.
  void reset() const;

  /// Closes without saying, by TLS, that it is the end.
  void cut() { is_cut_ = true; }

 private:
  bool more();

  const int socket_;
  SSL* tls_ = nullptr;
  bool is_cut_ = false;
  std::string input_;
};

/// A server on 127.0.0.1 that does with each connection what the test says, on a thread of
/// its own; with a certificate, it speaks TLS.
class ScriptedServer {
 public:
  using Script = std::function<void(Visitor&)>;

  explicit ScriptedServer(Script script, const Certificate* certificate = nullptr);
  ScriptedServer(const ScriptedServer&) = delete;
  ~ScriptedServer();

  std::uint16_t port() const { return port_; }

  /// How many connections came.
  std::size_t connections() const { return connections_; }

 private:
  void accept_all();
  void serve(int socket);

  const Script script_;
  const std::shared_ptr<SSL_CTX> tls_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<std::size_t> connections_ = 0;
  std::mutex mutex_;
  std::vector<int> sockets_;  // Of those that are served.
  std::condition_variable ended_;
  bool is_over_ = false;
  std::thread accepting_;
};

/// Answers each request of a connection with `response`.
ScriptedServer::Script answers(std::string response);

/// A response of 200 with that body.
std::string ok(std::string_view body);

}  // namespace hermes::testing
