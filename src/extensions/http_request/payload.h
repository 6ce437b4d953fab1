#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/expected.h"
#include "net/outbound_request.h"
#include "wit/hermes/http_request.h"

namespace hermes::http_request {

using wit::http_request::ErrorCode;

/// Why a payload is no request.
struct Refusal {
  ErrorCode code;
  std::string message;

  bool operator==(const Refusal&) const = default;
};

/// "https://example.com" and 443.
Expected<net::Destination, Refusal> parse_destination(std::string_view host_uri,
                                                      std::uint16_t port);

/// How the WIT calls a failure, with TLS or without.
ErrorCode error_code(net::OutboundFailure::Kind kind, bool tls);

}  // namespace hermes::http_request
