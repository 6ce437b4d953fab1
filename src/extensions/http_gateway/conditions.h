#pragma once

// Conditional requests, RFC 9110 section 13.

#include <string_view>

#include "base/time.h"
#include "net/request.h"

namespace hermes::http_gateway {

/// What a representation is known again by.
struct Validators {
  std::string_view etag;  // With its quotes. Always strong.
  UtcTime modified;
};

enum class Condition : std::uint8_t { Holds, NotModified, Fails };

/// Whether a GET or HEAD is to be answered in full, with 304, or with 412.
Condition check_conditions(const net::Request& request, const Validators& validators);

/// Whether a Range header counts: there is no If-Range, or it names this very representation.
bool range_counts(const net::Request& request, const Validators& validators);

}  // namespace hermes::http_gateway
