#include "extensions/http_request/payload.h"

#include <utility>

#include "base/strings.h"

namespace hermes::http_request {

using Kind = net::OutboundFailure::Kind;

Expected<net::Destination, Refusal> parse_destination(std::string_view host_uri,
                                                      std::uint16_t port) {
  const auto end = host_uri.find("://");
  const auto scheme = host_uri.substr(0, end);
  const bool tls = equals_ignoring_case(scheme, "https");
  if (end == host_uri.npos || (!tls && !equals_ignoring_case(scheme, "http"))) {
    return Unexpected(Refusal{ErrorCode::MissingScheme, "the scheme is neither http nor https"});
  }
  auto host = net::parse_host(host_uri.substr(end + 3));
  if (!host) {
    return Unexpected(Refusal{ErrorCode::Internal, "host-uri is not scheme://host"});
  }
  if (port == 0) return Unexpected(Refusal{ErrorCode::Internal, "there is no port 0"});
  return net::Destination{tls, *std::move(host), port};
}

ErrorCode error_code(Kind kind, bool tls) {
  switch (kind) {
    case Kind::NoName:
    case Kind::NotConnected:
    case Kind::NotTrusted:
    case Kind::ConnectTimedOut:
      return tls ? ErrorCode::HttpsConnectionFailed : ErrorCode::HttpConnectionFailed;
    case Kind::NotSent:
      return tls ? ErrorCode::HttpsSendFailed : ErrorCode::HttpSendFailed;
    default:
      return ErrorCode::Internal;
  }
}

}  // namespace hermes::http_request
