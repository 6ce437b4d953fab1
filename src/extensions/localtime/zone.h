#pragma once

#include <date/tz.h>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/guarded.h"
#include "base/result.h"
#include "extensions/localtime/yearly_rule.h"

namespace hermes::localtime {

/// Time on clocks, of no zone.
using LocalSeconds = date::local_seconds;

/// A zone of the IANA database. Any thread may use it.
class Zone {
 public:
  /// `entry` lives for ever, as those of the date library do.
  static Result<Zone> open(const date::time_zone& entry);

  const std::string& name() const { return entry_->name(); }

  /// What its clocks are ahead of UTC at that time.
  std::chrono::seconds offset_at(std::chrono::sys_seconds time) const;

  /// When its clocks show that: the first time if they do so twice, and nullopt if they skip it.
  std::optional<std::chrono::sys_seconds> when(LocalSeconds local) const;

 private:
  Zone(const date::time_zone& entry, std::optional<YearlyRule> rule)
      : entry_(&entry), rule_(rule) {}

  const date::time_zone* entry_;
  std::optional<YearlyRule> rule_;  // For what comes after the last entry of the file.
};

/// The zones of the system's IANA database, each read when it is first asked for.
class Zones {
 public:
  /// Null if there is none of that name. It lives as long as this.
  Result<const Zone*> find(std::string_view name);

 private:
  using ByName = std::map<std::string, std::unique_ptr<const Zone>, std::less<>>;

  Guarded<ByName> zones_;
};

/// The name of the machine's zone, or UTC.
std::string zone_of_machine();

}  // namespace hermes::localtime
