#include "net/outbound_request.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/strings.h"
#include "net/request_parser.h"

namespace hermes::net {
namespace {

using Kind = OutboundFailure::Kind;
using State = RequestParser::State;

constexpr std::array<std::string_view, 6> kRepeatable{"GET", "HEAD",   "OPTIONS",
                                                      "PUT", "DELETE", "TRACE"};

Unexpected<OutboundFailure> invalid(std::string message) {
  return Unexpected(OutboundFailure{Kind::Invalid, std::move(message)});
}

// "host" or "host:port"; so a request cannot name, behind a front that the app may ask, another
// host.
bool names(std::string_view authority, const Destination& to) {
  const auto end = authority.rfind(':');
  const bool has_port = end != authority.npos && authority.find(']', end) == authority.npos;
  const auto host = parse_host(authority.substr(0, has_port ? end : authority.npos));
  if (!host || *host != to.host) return false;
  return !has_port || authority.substr(end + 1) == std::to_string(to.port);
}

// Of a target in its absolute form, the parser keeps the host, without the brackets of an address.
bool is_for(const Request& request, const Destination& to) {
  const bool is_v6 = request.host.find(':') != request.host.npos;
  const auto host = parse_host(is_v6 ? concat("[", request.host, "]") : request.host);
  const auto header = request.headers.find("host");
  return host && *host == to.host && header && names(*header, to);
}

// What is left of the message behind the request, or behind its head; nullopt where that is not
// whole.
std::optional<std::string_view> behind(RequestParser& parser, std::string_view message,
                                       Request& request, bool is_head_only) {
  message.remove_prefix(parser.feed(message));
  if (parser.state() != State::Head) return std::nullopt;
  request = parser.take();
  if (is_head_only) return message;
  while (!message.empty() && !parser.is_body_done()) {
    const auto used = parser.feed_body(message, request.body);
    message.remove_prefix(used);
    if (used == 0 || parser.state() == State::Failed) return std::nullopt;
  }
  return parser.is_body_done() ? std::optional(message) : std::nullopt;
}

bool is_repeatable(std::string_view method) {
  return std::ranges::find(kRepeatable, method) != kRepeatable.end();
}

}  // namespace

OutboundResult<OutboundRequest> make_outbound_request(std::string app,
                                                      std::shared_ptr<const OutboundHosts> hosts,
                                                      Destination to, std::string message,
                                                      std::size_t most,
                                                      std::shared_ptr<OutboundSource> body) {
  if (message.size() > most) return invalid(concat("the request is larger than ", most, " bytes"));
  if (message.starts_with("\r\n")) return invalid("the request begins with an empty line");
  RequestParser parser({.header_bytes = std::size_t{64} << 10});
  Request request;
  const auto rest = behind(parser, message, request, body != nullptr);
  if (parser.state() == State::Failed) return invalid(std::string(parser.failure().why));
  if (!rest) return invalid("the request is not whole");
  if (!rest->empty()) return invalid("something follows the request");
  const bool keeps_open = parser.keep_alive();
  if (request.version != 11) return invalid("the request is not of HTTP/1.1");
  if (request.headers.find("upgrade")) return invalid("the request asks for another protocol");
  if (!is_for(request, to)) return invalid("the request is for another host than the one named");
  return OutboundRequest{std::move(app),
                         std::move(hosts),
                         std::move(to),
                         std::move(message),
                         request.method == "HEAD",
                         !body && is_repeatable(request.method),
                         keeps_open,
                         !request.is_whole && !request.length,
                         request.length,
                         request.is_whole && body ? nullptr : std::move(body)};
}

}  // namespace hermes::net
