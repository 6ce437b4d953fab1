#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/result.h"

namespace hermes::localtime {

/// What ends a file of the IANA database: how clocks are set after its last entry, every year. It
/// is written as POSIX writes TZ, "CET-1CEST,M3.5.0,M10.5.0/3": an offset, or two and when each
/// begins.
class YearlyRule {
 public:
  static Result<YearlyRule> parse(std::string_view text);

  /// What clocks are ahead of UTC at that time.
  std::chrono::seconds offset_at(std::chrono::sys_seconds time) const;

 private:
  // The `week`th such day of the month, 5 for the last, and the time on the clocks before.
  struct Change {
    std::chrono::month month;
    std::chrono::weekday day;
    unsigned week;
    std::chrono::seconds time;

    std::chrono::sys_seconds in(std::chrono::year year, std::chrono::seconds offset_before) const;
  };
  struct Summer {
    std::chrono::seconds offset;
    Change begin;
    Change end;
  };
  class Parser;

  YearlyRule(std::chrono::seconds offset, std::optional<Summer> summer)
      : offset_(offset), summer_(summer) {}

  std::chrono::seconds offset_;
  std::optional<Summer> summer_;
};

}  // namespace hermes::localtime
