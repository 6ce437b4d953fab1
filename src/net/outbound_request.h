#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/expected.h"
#include "base/unique_function.h"
#include "net/address.h"
#include "net/outbound_hosts.h"

namespace hermes::net {

/// Where a request goes.
struct Destination {
  bool tls = false;
  Host host = {};
  std::uint16_t port = 0;

  bool operator==(const Destination&) const = default;
};

/// The body of a request, as it comes. On the thread of a reactor, but for its destructor.
class OutboundSource {
 public:
  enum class State : std::uint8_t {
    NothingYet,  // `wake` is called when there is more.
    Data,        // There may be more now.
    End,
    Cut,  // It will never be whole.
  };

  virtual ~OutboundSource() = default;

  /// Once, before it is read. `wake` may be called from any thread, and within `read`.
  virtual void begin(UniqueFunction<void()> wake) = 0;

  /// Appends what there is, some 64 KiB at most.
  virtual State read(std::string& bytes) = 0;
};

/// Why there is no response.
struct OutboundFailure {
  enum class Kind : std::uint8_t {
    Invalid,           // The request is not one of HTTP/1.1 to this host.
    HostDenied,        // The app may not ask this host.
    AddressDenied,     // The host's addresses are not public, and none is named to the app.
    LimitReached,      // The app has as many requests under way as it may.
    Stopping,          // The app or the engine ends, or the request was cancelled.
    NoName,            // The host has no address.
    NotConnected,      // Nobody accepts a connection.
    NotTrusted,        // There is no TLS, or the certificate is not trusted.
    ConnectTimedOut,   // Nobody answered in time, while it was not yet connected.
    NotSent,           // The connection ended while the request was written.
    NotAnswered,       // The connection ended before the response did.
    ResponseInvalid,   // What came is no response.
    ResponseTooLarge,  // It is larger than it may be, or than what the app has left.
    ResponseTimedOut,  // It did not come in time.
    RequestTooLarge,   // Its body, which streams, is larger than it may be.
  };

  Kind kind;
  std::string message;  // For a person.

  /// While anybody keeps it, the request counts among what its app has under way; null where it was
  /// not sent.
  std::shared_ptr<const void> share = nullptr;
};

template <typename T>
using OutboundResult = Expected<T, OutboundFailure>;

/// What the client needs to know of a request.
struct OutboundRequest {
  std::string app;                             // On whose behalf.
  std::shared_ptr<const OutboundHosts> hosts;  // That it may ask.
  Destination to;
  std::string message;  // As it goes over the wire; without the body that is apart.
  bool is_head = false;
  bool is_repeatable = false;  // To do it twice is to do it once: GET, PUT, DELETE.
  bool keeps_open = false;     // The client lets the connection be used again.
  bool is_chunked = false;     // The body comes so.

  /// Of what follows, in bytes, where the head says it: no more may be sent, and no less.
  std::optional<std::uint64_t> length = std::nullopt;

  /// What follows the message; null if nothing does.
  std::shared_ptr<OutboundSource> body = nullptr;
};

/// Checks that `message` is one whole request of HTTP/1.1, of at most `most` bytes, for the host
/// that is named; or the head of one that has a body, if there is one.
OutboundResult<OutboundRequest> make_outbound_request(
    std::string app, std::shared_ptr<const OutboundHosts> hosts, Destination to,
    std::string message, std::size_t most, std::shared_ptr<OutboundSource> body = nullptr);

}  // namespace hermes::net
