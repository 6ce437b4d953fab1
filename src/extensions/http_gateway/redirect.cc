#include "extensions/http_gateway/redirect.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/strings.h"

namespace hermes::http_gateway {
namespace {

using Kind = net::OutboundFailure::Kind;

// Of the client's header, what chooses between representations.
constexpr std::array<std::string_view, 9> kPassedOn{
    "accept",        "accept-language", "if-match",        "if-modified-since",
    "if-none-match", "if-range",        "accept-encoding", "if-unmodified-since",
    "range"};

// What concerns one connection only, or stands for another server's relation to its client.
constexpr std::array<std::string_view, 11> kHopByHop{"connection",
                                                     "keep-alive",
                                                     "proxy-authenticate",
                                                     "proxy-authorization",
                                                     "proxy-connection",
                                                     "te",
                                                     "trailer",
                                                     "transfer-encoding",
                                                     "upgrade",
                                                     "alt-svc",
                                                     "strict-transport-security"};

bool is_among(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::any_of(names, [&](auto one) { return equals_ignoring_case(one, name); });
}

// Counts it where it is for a limit. What is logged of it says which.
void count(const Exchange& exchange, Kind kind) {
  if (kind == Kind::LimitReached) exchange.met(runtime::Limit::Requests, true);
  if (kind == Kind::ResponseTooLarge) exchange.met(runtime::Limit::ResponseBytes, true);
}

std::string message_for(const Exchange& exchange, const Url& url) {
  const auto& request = exchange.request();
  auto message = concat(request.method == "HEAD" ? "HEAD " : "GET ", url.target,
                        " HTTP/1.1\r\nhost: ", url.authority, "\r\n");
  for (const auto [name, value] : request.headers) {
    if (is_among(kPassedOn, name)) message += concat(lower_case(name), ": ", value, "\r\n");
  }
  return message + concat("via: ", exchange.needs().via,
                          "\r\ntraceparent: ", exchange.trace().traceparent(), "\r\n\r\n");
}

bool has_passed_here(const Exchange& exchange) {
  for (const auto [name, value] : exchange.request().headers) {
    if (equals_ignoring_case(name, "via") && value.find(exchange.needs().via) != value.npos) {
      return true;
    }
  }
  return false;
}

// The names that a Connection header lists.
std::vector<std::string> listed(std::string_view head) {
  std::vector<std::string> names;
  for (auto line : split(head, '\n')) {
    const auto [name, value] = split_once(line, ':');
    if (!value || !equals_ignoring_case(name, "connection")) continue;
    for (auto option : split(*value, ',')) {
      if (option.ends_with('\r')) option.remove_suffix(1);
      names.push_back(lower_case(trim(option)));
    }
  }
  return names;
}

// The head of a response as it is relayed: without what concerns the connection that it came by.
Result<net::Response> to_relay(const net::ReceivedResponse& received) {
  net::Response response{.status = received.status};
  const auto options = listed(received.head);
  auto lines = split(received.head, '\n');
  lines.erase(lines.begin());  // The status line.
  for (auto line : lines) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    const auto [name, value] = split_once(line, ':');
    if (!value || is_among(kHopByHop, name)) continue;
    if (std::ranges::find(options, lower_case(name)) != options.end()) continue;
    response.headers.add(name, trim(*value));
  }
  TRY(response.check());
  return response;
}

}  // namespace

void Redirect::follow(std::shared_ptr<Exchange> exchange, const runtime::ModuleId& module,
                      std::string_view text) {
  const auto deny = [&](unsigned status, std::string_view why) {
    exchange->warn(module, {},
                   concat("answered ", status, " in place of a redirect to '", text.substr(0, 200),
                          "': ", why));
    exchange->refuse(status, "the application's answer is not available");
  };
  const auto url = Url::parse(text);
  if (!url) return deny(502, "it is no URL of http or https that can be fetched");
  if (!exchange->site()->section.redirects.allows(*url)) {
    return deny(502, "it is not among the 'redirects' of the app's manifest");
  }
  if (has_passed_here(*exchange)) return deny(508, "the request comes from a redirect of its own");
  auto* outbound = exchange->needs().outbound;
  if (!outbound) return deny(502, "the engine asks no other servers");
  auto request =
      net::make_outbound_request(exchange->site()->app, exchange->site()->outbound, url->to,
                                 message_for(*exchange, *url), outbound->options().request_bytes);
  if (!request.has_value()) return deny(502, request.error().message);
  std::make_shared<Redirect>(std::move(exchange))->send(*std::move(request));
}

Redirect::Redirect(std::shared_ptr<Exchange> exchange)
    : exchange_(std::move(exchange)), on_departure_(exchange_->departure(), Leave{*this}) {}

void Redirect::send(net::OutboundRequest request) {
  auto ticket = exchange_->needs().outbound->send(
      std::move(request),
      {.on_sent =
           [self = shared_from_this()](net::OutboundResult<void> result) {
             if (!result.has_value()) self->refuse(result.error());
           },
       .on_stream =
           [self = shared_from_this()](net::OutboundResult<net::OutboundStream> result) {
             self->relay(std::move(result));
           }});
  const bool is_over = sent_.with([&](Sent& sent) {
    sent.ticket = ticket;
    return sent.is_over;
  });
  if (is_over) ticket.cancel();
}

void Redirect::relay(net::OutboundResult<net::OutboundStream> result) {
  if (!result.has_value()) return refuse(result.error());
  auto response = to_relay(result->head);
  if (!response) return refuse({Kind::ResponseInvalid, response.error().message()});
  status_ = response->status;
  auto writer = exchange_->begin(*std::move(response), result->size);
  if (!writer) return refuse({Kind::ResponseInvalid, writer.error().message()});
  writer_ = *std::move(writer);
  body_ = std::move(result->body);
  result->first.empty() ? read() : on_piece(std::move(result->first));
}

void Redirect::read() {
  body_.read([self = shared_from_this()](net::OutboundResult<std::string> piece) {
    self->on_piece(std::move(piece));
  });
}

void Redirect::on_piece(net::OutboundResult<std::string> piece) {
  if (!piece.has_value()) {
    count(*exchange_, piece.error().kind);
    if (piece.error().kind != Kind::Stopping) {
      exchange_->warn({}, {}, concat("a redirect broke off: ", piece.error().message));
    }
    return finish();
  }
  if (piece->empty()) {
    writer_.end();
    return finish();
  }
  bytes_ += piece->size();
  writer_.write(*std::move(piece), [self = shared_from_this()](Result<> written) {
    written ? self->read() : self->finish();
  });
}

// A writer that is dropped before its end breaks the response off.
void Redirect::finish() {
  writer_ = {};
  body_ = {};
  exchange_->record(status_, bytes_);
}

void Redirect::refuse(const net::OutboundFailure& failure) {
  count(*exchange_, failure.kind);
  if (failure.kind != Kind::Stopping) {
    exchange_->warn({}, {}, concat("a redirect was not answered: ", failure.message));
  }
  switch (failure.kind) {
    case Kind::ConnectTimedOut:
    case Kind::ResponseTimedOut:
      return exchange_->refuse(504, "the application's answer is not available in time");
    case Kind::LimitReached:
    case Kind::Stopping:
      return exchange_->refuse(503, "the application is busy");
    default:
      return exchange_->refuse(502, "the application's answer is not available");
  }
}

void Redirect::leave() {
  const auto ticket = sent_.with([](Sent& sent) {
    sent.is_over = true;
    return sent.ticket;
  });
  if (ticket) ticket->cancel();
}

}  // namespace hermes::http_gateway
