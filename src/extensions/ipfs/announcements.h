#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "base/time.h"
#include "base/unique_function.h"
#include "runtime/app.h"

namespace hermes::ipfs {

/// What an app has told the network and the network would forget.
struct Announced {
  enum class Kind : std::uint8_t { Record, Provider };

  runtime::AppId app;
  Kind kind;
  std::string key;

  auto operator<=>(const Announced&) const = default;
};

/// Tells it again and again while the app runs: soon where no peer has heard it, later where one
/// has, a few at a time. Thread-safe.
class Announcements {
 public:
  static constexpr std::chrono::hours kPeriod{6};
  static constexpr std::chrono::seconds kFirstPause{5};  // Twice as long each time, to an hour.
  static constexpr std::size_t kAtOnce = 8;

  /// Calls `then` once, with whether a peer has heard it; from any thread, not within the call.
  using Tell = UniqueFunction<void(const Announced&, UniqueFunction<void(bool)> then)>;

  Announcements(Clock& clock, Tell tell)
      : clock_(clock), tell_(std::move(tell)), alarm_(clock.alarm([this] { ring(); })) {}

  /// From now until it stops, things of the app are told: what comes later, of a call that has
  /// outlived it, is not.
  void app_started(const runtime::AppId& app);
  void app_stopped(const runtime::AppId& app);

  /// It was told just now, and a peer has heard it or not.
  void told(const Announced& announced, bool is_heard);

  /// It is told as soon as may be.
  void add(const Announced& announced);

  /// Tells nothing more.
  void stop();

 private:
  struct Entry {
    MonotonicTime due = {};
    int failures = 0;
    bool is_under_way = false;
  };
  struct State {
    std::set<runtime::AppId> apps = {};  // That run.
    std::map<Announced, Entry> entries = {};
    std::size_t under_way = 0;
    bool is_stopped = false;
  };

  void ring();
  void done(const Announced& announced, bool is_heard);
  void plan(Entry& entry, bool is_heard) const;
  void set_alarm(const State& state);

  Clock& clock_;
  Tell tell_;
  Guarded<State> state_;
  std::unique_ptr<Alarm> alarm_;  // Last, since it calls back; null once stopped.
};

}  // namespace hermes::ipfs
