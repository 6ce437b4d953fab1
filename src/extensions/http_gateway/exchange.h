#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/log.h"
#include "base/time.h"
#include "base/unique_function.h"
#include "extensions/http_gateway/access_log.h"
#include "extensions/http_gateway/auth_cache.h"
#include "extensions/http_gateway/options.h"
#include "extensions/http_gateway/site.h"
#include "extensions/http_gateway/trace.h"
#include "io/reactor.h"
#include "net/outbound.h"
#include "net/responder.h"
#include "runtime/breaches.h"
#include "runtime/event.h"

namespace hermes::http_gateway {

class Exchange;

/// Finds who answers a request. Thread-safe.
class Router {
 public:
  virtual ~Router() = default;

  /// Has the version of the app that is there now answer, from the beginning. False: it is the one
  /// that was asked already.
  virtual bool route_again(const std::shared_ptr<Exchange>& exchange) = 0;
};

/// What exchanges have in common. Outlives them.
struct Needs {
  const Options& options;
  Clock& clock;
  runtime::Events& events;
  log::Log& log;
  const AccessLog& access_log;
  net::Outbound* outbound;  // Null: there is none.
  std::string_view via;     // What the gateway calls itself in a Via header.
  Router& router;

  // Bytes of all bodies that are collected. Shared, since an exchange may end after the gateway.
  std::shared_ptr<std::atomic<std::size_t>> collected =
      std::make_shared<std::atomic<std::size_t>>(0);

  runtime::Breaches* breaches = nullptr;  // Null: limits that are met are not counted.
};

/// A request, and the right to answer it. Whoever works on it owns it, one at a time.
///
/// What every answer has in common is added here: who may read it, and its record in the access
/// log.
class Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  /// `client` is its address, which a proxy that is trusted has forwarded, or that of the
  /// connection.
  struct Client {
    std::string address;
    bool is_forwarded = false;
  };

  /// `reactor` runs the connection of the client.
  Exchange(const Needs& needs, io::Reactor& reactor, net::Request request, net::Responder responder,
           Client client);
  ~Exchange();

  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  const Needs& needs() const { return needs_; }
  io::Reactor& reactor() const { return reactor_; }
  const net::Request& request() const { return request_; }
  std::string_view path() const;

  /// What modules and files get for the path, from now on: the one that was judged.
  void set_path(std::string_view path);

  const Trace& trace() const { return trace_; }
  const std::string& client() const { return client_.address; }

  /// What the log calls the request: "GET /api/hello", cut where it is long.
  const std::string& key() const { return key_; }

  /// Null until the app is found.
  const Site* site() const { return site_.get(); }
  void set_site(std::shared_ptr<const Site> site) { site_ = std::move(site); }

  /// Before a module is asked, again for that of another version: its header is as modules see it
  /// from now on, without what only the gateway may say, and with that. First on the thread of the
  /// reactor, in HttpHandler::handle.
  void prepare_for_modules();

  /// Adds who the client is.
  void identify(const Identity& identity);

  /// Asked to stop when the client is gone, for modules.
  const std::stop_token& departure() const { return departure_; }

  /// Whether there is a body, here or still to come.
  bool has_body() const { return !request_.is_whole || !request_.body.empty(); }

  /// Has the whole body come into the request, of `most` bytes at most. Then calls `then`, perhaps
  /// at once; or answers what is wrong, and drops it.
  using Collected = UniqueFunction<void(std::shared_ptr<Exchange>)>;
  void collect(std::size_t most, Collected then);

  /// The body of a request that is not whole, for who does not `collect` it.
  net::BodyReader take_body() { return std::move(body_); }
  void put_back(net::BodyReader unread) { body_ = std::move(unread); }

  /// The module that was asked handles no such requests. Perhaps those of another version do, that
  /// has taken over meanwhile: then that one has the exchange. False: there is none.
  bool ask_another_version() { return needs_.router.route_again(shared_from_this()); }

  /// Answers it, once. Fails where the response is none, and can then be called again.
  Result<> respond(net::Response response);

  /// Begins an answer whose body is to be written, of that size if it is known. Fails likewise. Who
  /// calls it calls `record` at the end.
  Result<net::BodyWriter> begin(net::Response head, std::optional<std::uint64_t> size);
  void record(unsigned status, std::uint64_t bytes) const;

  /// Answers with a few words: "404 Not Found: there is no such page".
  void refuse(unsigned status, std::string_view why);

  /// The same for what is the engine's own fault: with the request's id, by which the log has the
  /// rest.
  void fail(std::string_view what);

  /// The request, or its answer, has met that limit. `is_logged`: a record says so already.
  void met(runtime::Limit limit, bool is_logged = false) const;

  /// Of the request, what is logged of it.
  void warn(std::string_view module, std::string_view event, std::string_view message) const;

 private:
  void let_read(net::Headers& headers) const;
  void read_more(std::size_t most, Collected then);
  bool reserve(std::size_t bytes);

  const Needs& needs_;
  io::Reactor& reactor_;
  net::Request request_;
  net::Responder responder_;
  std::stop_token departure_;
  net::BodyReader body_;                                 // Of a request that is not whole.
  std::shared_ptr<std::atomic<std::size_t>> collected_;  // Null: nothing of it is this one's.
  std::size_t reserved_ = 0;                             // Of that.
  const Client client_;
  const Trace trace_;
  const std::string key_;
  // For the answer and its record, of the request as it came.
  std::string origin_;
  std::string agent_;
  std::string referer_;
  std::string host_;
  std::string method_;
  std::string target_;
  unsigned version_;
  MonotonicTime begin_{};  // Where there is an access log.
  std::shared_ptr<const Site> site_;
};

}  // namespace hermes::http_gateway
