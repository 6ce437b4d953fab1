#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "extensions/http_gateway/options.h"
#include "net/request.h"
#include "net/response.h"
#include "wasm/http_exchange.h"
#include "wit/hermes/http_gateway.h"

namespace hermes::http_gateway {

/// A header as a module gets it: the values of one name together, in the order of arrival, the
/// names in lower case. A value that is not UTF-8 is read as Latin-1.
wit::http_gateway::Headers to_headers(const net::Headers& headers);

wit::http_gateway::ReplyEvent to_event(const net::Request& request);

/// The head of a response of wasi:http, and how large the body will be, if that is said.
struct Head {
  net::Response response;
  std::optional<std::uint64_t> length = std::nullopt;
};

/// Fails as `to_response` does.
Result<Head> to_head(unsigned status, std::span<const wasm::HttpField> fields,
                     const Options& limits);

/// The response as the client gets it. Fails where it is none: a status that is not from 200 to
/// 599, a header that would break the message, more than the limits allow.
Result<net::Response> to_response(wit::http_gateway::HttpResponse reply, const Options& limits);

}  // namespace hermes::http_gateway
