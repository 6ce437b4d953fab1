#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/guarded.h"
#include "base/log.h"
#include "base/log_meter.h"
#include "base/time.h"

namespace hermes::log {

/// Holds each app to the limits, so that none drowns the others: with what it says itself, through
/// hermes:logging and on stdout and stderr, and apart from that with what the engine says of it,
/// that its calls trap for instance. What was dropped is said once a second. Thread-safe.
class MeteredLog final : public Log {
 public:
  /// `log` and `clock` outlive it.
  MeteredLog(Log& log, Clock& clock, Limits limits = {});
  MeteredLog(const MeteredLog&) = delete;
  /// Says what was dropped and not yet said.
  ~MeteredLog() override;

  void write(const Record& record) override;

 private:
  using Key = std::pair<std::string, bool>;  // The app, and whether it speaks itself.
  struct Less {
    using is_transparent = void;
    bool operator()(const auto& a, const auto& b) const {
      return std::pair<std::string_view, bool>(a) < std::pair<std::string_view, bool>(b);
    }
  };
  using Meters = std::map<Key, Meter, Less>;

  void summarize();

  Log& log_;
  Clock& clock_;
  const Limits limits_;
  Guarded<Meters> meters_;
  std::atomic<bool> summary_is_set_ = false;
  std::unique_ptr<Alarm> summary_;  // Last, so that it rings into a whole object or not at all.
};

}  // namespace hermes::log
