#pragma once

#include <optional>
#include <string>
#include <utility>

#include "wit/hermes/localtime.h"

namespace hermes::testing {

/// hermes:localtime as the shapes guest expects it: testing/guests/shapes/README.md.
class LocaltimeHost : public wit::localtime::Api {
 public:
  using CallContext = wit::localtime::CallContext;
  using Localtime = wit::localtime::Localtime;
  using Datetime = wit::localtime::Datetime;
  using Errno = wit::localtime::Errno;
  using Zone = std::optional<std::string_view>;

  Result<Expected<Localtime, Errno>> get_localtime(CallContext&, std::optional<Datetime> when,
                                                   Zone tz) override {
    const auto time = when.value_or(Datetime{});
    return Expected<Localtime, Errno>(Localtime{.year = time.seconds,
                                                .month = 1,
                                                .dow = 1,
                                                .day = 1,
                                                .hh = 1,
                                                .mm = 1,
                                                .ss = 1,
                                                .ns = time.nanoseconds,
                                                .tz = std::string(tz.value_or("none"))});
  }
  Result<Expected<Localtime, Errno>> alt_localtime(CallContext&, Localtime time, Zone tz) override {
    if (tz) time.tz = *tz;
    return Expected<Localtime, Errno>(std::move(time));
  }
  Result<Expected<Datetime, Errno>> get_datetime(CallContext&, Localtime time) override {
    using Answer = Expected<Datetime, Errno>;
    if (time.year == 0) return Answer(Unexpected(Errno::YearOutOfRange));
    return Answer(Datetime{time.year, time.ns});
  }
};

}  // namespace hermes::testing
