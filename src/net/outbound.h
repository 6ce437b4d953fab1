#pragma once

// The engine's one client of HTTP: whatever reaches out for an app goes through it. It asks the
// hosts that the app's permissions name, and no other:
//
//   the host is named → its name is resolved → each address is checked → that address is connected
//
// It follows no redirect, knows no proxy and keeps no cookie.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/result.h"
#include "base/unique_function.h"
#include "io/reactor.h"
#include "io/resolver.h"
#include "net/outbound_request.h"
#include "net/response_parser.h"

namespace hermes::net {

class OutboundExchange;

struct OutboundOptions {
  std::string name_servers = {};       // "10.0.0.1,10.0.0.2:5353"; empty: the machine's.
  std::filesystem::path ca_file = {};  // PEM; trusted beside what the machine trusts.
  std::size_t requests = 100;          // Of an app at once.
  std::size_t request_bytes = std::size_t{8} << 20;
  std::size_t response_bytes = std::size_t{8} << 20;
  std::size_t app_bytes = std::size_t{64} << 20;        // All that an app has under way.
  std::uint64_t stream_bytes = std::uint64_t{4} << 30;  // Of a body that is not kept whole.
  std::size_t kept = 64;      // Connections that each reactor keeps for what comes next.
  std::size_t app_kept = 16;  // Of these, for one app.
  std::chrono::nanoseconds connect_timeout = std::chrono::seconds(10);
  std::chrono::nanoseconds response_timeout = std::chrono::seconds(30);  // Also to be written.
  std::chrono::nanoseconds idle_timeout = std::chrono::seconds(15);      // Of a kept connection.
};

/// A response, which counts among what its app has under way until it is gone.
struct OutboundResponse {
  ReceivedResponse response;
  std::shared_ptr<const void> share;
};

/// The body of a response as it comes. What is not read is not taken from the server, which has to
/// wait. Used by one thread at a time, whichever. To drop it ends the request.
class OutboundBody {
 public:
  using Then = UniqueFunction<void(OutboundResult<std::string>)>;

  OutboundBody() = default;
  explicit OutboundBody(std::shared_ptr<OutboundExchange> exchange);
  OutboundBody(OutboundBody&&) noexcept = default;
  OutboundBody& operator=(OutboundBody&& other) noexcept;
  ~OutboundBody();

  /// Asks for the next piece, of 64 KiB at most; empty at the end. Not again before `then` has run:
  /// once, on the thread of a reactor and not within this call.
  void read(Then then);

 private:
  std::shared_ptr<OutboundExchange> exchange_;
};

/// A response of which the head is there. It counts among what its app has under way, by its
/// request alone, as long as its body is kept.
struct OutboundStream {
  ReceivedResponse head;              // Without the body.
  std::optional<std::uint64_t> size;  // Of the body, where it is known.
  std::string first;                  // What came of it along with the head.
  OutboundBody body;                  // The rest.
};

/// A request that is under way. Copies stand for the same.
class OutboundTicket {
 public:
  OutboundTicket() = default;
  explicit OutboundTicket(std::weak_ptr<OutboundExchange> exchange)
      : exchange_(std::move(exchange)) {}

  /// Ends it, as Stopping, if it has not ended. From any thread; never waits.
  void cancel() const;

 private:
  std::weak_ptr<OutboundExchange> exchange_;
};

/// What is heard of a request, on the thread of a reactor, or in `send` if it does not begin.
struct OutboundCallbacks {
  /// Once: it is written, or will not be.
  UniqueFunction<void(OutboundResult<void>)> on_sent;

  /// Once, after it was written.
  UniqueFunction<void(OutboundResult<OutboundResponse>)> on_response = nullptr;

  /// In its place: as soon as the head is there. The time for the whole response holds for the head
  /// then, and for each piece of the body.
  UniqueFunction<void(OutboundResult<OutboundStream>)> on_stream = nullptr;
};

/// Thread-safe. The reactors outlive it; it outlives the threads that run them.
class Outbound {
 public:
  /// Fails for name servers or certificates that cannot be read.
  static Result<std::shared_ptr<Outbound>> open(OutboundOptions options,
                                                std::span<io::Reactor* const> reactors);
  ~Outbound();

  const OutboundOptions& options() const;

  /// Runs on the reactor of the calling thread, if it is one of them.
  OutboundTicket send(OutboundRequest request, OutboundCallbacks callbacks);

  /// Looks a name up, by the same look-ups as requests do. `done` runs once, within this call or on
  /// the thread of a reactor; or not at all after `stop`.
  void resolve(const std::string& app, const std::string& name, io::Resolver::Done done);

  /// Ends what the app has under way, and closes its connections.
  void forget(const std::string& app);

  /// Ends everything. What is sent afterwards is refused.
  void stop();

 private:
  struct State;
  explicit Outbound(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace hermes::net
