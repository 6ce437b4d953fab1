#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace hermes::p2p {

/// RFC 3339, to the nanosecond and without zeros at the end: "2026-01-01T00:00:00.5Z".
std::string utc_text(UtcTime time);

/// From such a text, in UTC. A time too far away for UtcTime is the nearest that is not.
std::optional<UtcTime> utc_from_text(std::string_view text);

}  // namespace hermes::p2p
