#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/expected.h"
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
  std::string message;  // The whole of it, as it goes over the wire.
  bool is_head = false;
  bool is_repeatable = false;  // To do it twice is to do it once: GET, PUT, DELETE.
  bool keeps_open = false;     // The client lets the connection be used again.
};

/// Checks that `message` is one whole request of HTTP/1.1, of at most `most` bytes, for the host
/// that is named.
OutboundResult<OutboundRequest> make_outbound_request(std::string app,
                                                      std::shared_ptr<const OutboundHosts> hosts,
                                                      Destination to, std::string message,
                                                      std::size_t most);

}  // namespace hermes::net
