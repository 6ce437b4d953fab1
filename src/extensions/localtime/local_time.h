#pragma once

#include <chrono>
#include <cstdint>

#include "base/expected.h"
#include "extensions/localtime/zone.h"
#include "wit/hermes/localtime.h"

namespace hermes::localtime {

using wit::localtime::Datetime;
using wit::localtime::Errno;
using wit::localtime::Localtime;

/// What the clocks of a zone show at that moment.
Expected<Localtime, Errno> local_time(const Datetime& moment, const Zone& zone);

/// The fields as a time on clocks, without the nanosecond. Neither the day of the week nor the zone
/// is looked at.
Expected<LocalSeconds, Errno> clock_time(const Localtime& time);

/// The moment at which clocks of the zone show that.
Expected<Datetime, Errno> moment(const Localtime& time, LocalSeconds clock, const Zone& zone);

}  // namespace hermes::localtime
