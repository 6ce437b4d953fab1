#pragma once

// A server of HTTP/1.1 and HTTP/2, with TLS and without, over the reactors of the engine.
//
//   class Hello final : public net::HttpHandler {
//     void handle(net::Request, net::Responder responder) override {
//       std::ignore = responder.respond({.body = "hello\n"});
//     }
//   };
//   auto server = TRY(net::HttpServer::listen({.port = 7878}, reactors, hello));

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/reactor.h"
#include "net/request.h"
#include "net/request_parser.h"
#include "net/responder.h"
#include "net/server_certificates.h"

namespace hermes::net {

class HttpHandler {
 public:
  virtual ~HttpHandler() = default;

  /// Runs on the thread of the connection's reactor, as soon as the header of the request is there.
  /// Neither waits nor throws.
  virtual void handle(Request request, Responder responder) = 0;

  /// Likewise when the server itself answers what is no request, or more than it takes: with as
  /// much of it as was read. Where a header of HTTP/2 is late, or far too large, its connection
  /// ends in place of that answer.
  virtual void refused(const Request& /*request*/, const Response& /*answer*/) {}

  /// A connection was one too many, of its client or of all: it ends, some with an answer. On the
  /// thread of a reactor; does not wait.
  virtual void refused_connection() {}
};

struct HttpServerOptions {
  std::string address = "127.0.0.1";                  // Or several: "127.0.0.1 ::1".
  std::uint16_t port = 0;                             // 0: any that is free.
  std::shared_ptr<ServerCertificates> tls = nullptr;  // Null: none is served.
  std::uint16_t tls_port = 0;
  RequestLimits limits = {};
  std::chrono::nanoseconds header_timeout = std::chrono::seconds(10);  // From its first byte.
  std::chrono::nanoseconds body_timeout = std::chrono::seconds(30);    // For each 64 KiB.
  std::chrono::nanoseconds write_timeout = std::chrono::seconds(30);   // Without any progress.
  std::chrono::nanoseconds idle_timeout = std::chrono::seconds(60);    // Between requests.
  std::chrono::nanoseconds close_timeout = std::chrono::seconds(2);    // For the client to read.
  std::size_t connections = 10'000;
  std::size_t connections_per_client = 1'000;
};

/// Listens, and deals each connection to the reactor that has the fewest; there it is read, its
/// requests are handled one after the other, and it is answered.
///
/// Thread-safe. Outlives the threads that run the reactors; the reactors outlive it.
class HttpServer {
 public:
  /// `handler` outlives the server.
  static Result<std::unique_ptr<HttpServer>> listen(HttpServerOptions options,
                                                    std::span<io::Reactor* const> reactors,
                                                    HttpHandler& handler);
  ~HttpServer();

  /// The port that it is bound to.
  std::uint16_t port() const;

  /// The port for TLS; 0 if it is not served.
  std::uint16_t tls_port() const;

  /// "http://127.0.0.1:7878"
  std::string url() const;

  /// All, with that for TLS behind: "https://127.0.0.1:7843".
  std::vector<std::string> urls() const;

  /// Accepts nothing more, closes what is idle, answers what is being handled and then closes.
  void quiesce();

  /// Closes every connection.
  void stop();

 private:
  struct State;
  explicit HttpServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace hermes::net
