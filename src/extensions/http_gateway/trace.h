#pragma once

// A request's place in a trace, by W3C Trace Context: what the client sends is taken over, with an
// id of the gateway's own as the parent of what comes after; else a trace begins.
//
//   traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01

#include <optional>
#include <string>
#include <string_view>

namespace hermes::http_gateway {

struct Trace {
  std::string trace_id;    // 32 hexadecimal digits.
  std::string request_id;  // 16; unique to the request, and not to be guessed from another.
  std::string flags;       // 2.

  /// Of a request with this traceparent header, if it has one.
  static Trace of(std::optional<std::string_view> traceparent);

  /// For whoever works on behalf of the request.
  std::string traceparent() const;
};

}  // namespace hermes::http_gateway
