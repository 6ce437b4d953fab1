#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/guarded.h"
#include "base/log.h"
#include "base/time.h"
#include "runtime/limit.h"

namespace hermes::runtime {

/// Somebody met a limit. What is not known of it is empty.
struct Breach {
  Limit limit;
  std::string_view app = {};
  std::string_view module = {};
  std::string_view event = {};
  std::optional<std::uint64_t> execution = std::nullopt;
};

/// Counts, for each app and in all, how often limits were met, and logs it: of each limit and app
/// one record a second, which says how often it was met without one. Thread-safe; never waits for
/// anything but its own lock, so it may be told with a lock held.
class Breaches {
 public:
  /// `clock` and `log` outlive it.
  Breaches(Clock& clock, log::Log& log) : clock_(clock), log_(log) {}

  /// From `add` to `remove`, the app has counts of its own.
  void add(std::string_view app);
  void remove(std::string_view app);

  void report(const Breach& breach);

  /// Of what the log has already.
  void count(Limit limit, std::string_view app = {});

  /// Zeros for an app that has none.
  BreachCounts of(std::string_view app) const;

  /// Of all apps, those that are gone too, and of what is no app's.
  BreachCounts all() const;

 private:
  struct Said {
    MonotonicTime until = MonotonicTime::min();  // No other record before then.
    std::uint64_t unsaid = 0;                    // Met since the record.
  };
  struct OfApp {
    BreachCounts counts{};
    std::array<Said, kLimits> said{};
  };
  struct State {
    BreachCounts all{};
    std::array<Said, kLimits> said{};  // Of what is no app's.
    std::map<std::string, OfApp, std::less<>> apps;
  };

  Clock& clock_;
  log::Log& log_;
  Guarded<State> state_;
};

}  // namespace hermes::runtime
