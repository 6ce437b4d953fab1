#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "extensions/http_gateway/options.h"
#include "net/request.h"
#include "net/response.h"
#include "wit/hermes/http_gateway.h"

namespace hermes::http_gateway {

/// The request as a module gets it: the values of one name together, in the order of arrival, the
/// names in lower case. A value that is not UTF-8 is read as Latin-1.
wit::http_gateway::ReplyEvent to_event(net::Request request);

/// The response as the client gets it. Fails where it is none: a status that is not from 200 to
/// 599, a header that would break the message, more than the limits allow.
Result<net::Response> to_response(wit::http_gateway::HttpResponse reply, const Options& limits);

}  // namespace hermes::http_gateway
