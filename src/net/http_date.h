#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace hermes::net {

/// "Sun, 06 Nov 1994 08:49:37 GMT", without what is less than a second.
std::string format_http_date(UtcTime time);

/// Reads the same form; nullopt for what is none, the two obsolete forms among it.
std::optional<UtcTime> parse_http_date(std::string_view text);

}  // namespace hermes::net
