#pragma once

#include <string>

#include "base/time.h"

namespace hermes {

/// RFC 3339, to the nanosecond: "2026-01-01T00:00:00.500000000Z".
std::string timestamp(UtcTime time);

}  // namespace hermes
