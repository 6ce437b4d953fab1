#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/time.h"
#include "runtime/activity.h"
#include "runtime/app.h"
#include "runtime/breaches.h"
#include "wasm/call_state.h"

namespace hermes::runtime {

/// The call that a host function is answering. Dies with the call; only its thread touches it.
class CallContext : public wasm::CallState {
 public:
  /// Who is called, and why.
  struct Info {
    std::shared_ptr<const App> app;
    ModuleId module = {};
    std::string_view event = {};         // "hermes:cron/event#on-cron"
    std::uint64_t execution = 0;         // Counts the module's calls since the app started: 1 …
    MonotonicTime deadline = {};         // End of its wall time.
    std::uint32_t depth = 0;             // Of events that were raised by handling events.
    const Activity* activity = nullptr;  // Moves the deadline; null: nothing does.
    Breaches* breaches = nullptr;        // Null: limits that it meets are not counted.
    log::Log* log = nullptr;             // For what the guest prints; null discards it.
  };

  explicit CallContext(Info info) : CallState(info.app->limits.resources), info_(std::move(info)) {}

  const AppId& app() const { return info_.app->id; }
  const App& generation() const { return *info_.app; }
  const ModuleId& module() const { return info_.module; }
  std::string_view event() const { return info_.event; }
  std::uint64_t execution() const { return info_.execution; }
  MonotonicTime deadline() const {
    if (info_.activity == nullptr) return info_.deadline;
    return std::max(info_.deadline, info_.activity->last() + info_.app->limits.wall);
  }
  std::uint32_t depth() const { return info_.depth; }

  /// Whole lines become records of the app's log: Info for stdout, Warn for stderr. So does a last
  /// line without an end when the call dies, and each 64 KiB of a longer line.
  void output(wasm::Output stream, std::string_view text) override;
  ~CallContext() override;

  /// WASI, or the memory, refuses something: as `report`.
  void refused(wasm::Refusal what) override;

  /// A host function refuses something for that limit, and says so to the guest, which goes on.
  void report(Limit limit) const;

  /// A host function fails the call for that limit, with an error that says so.
  void count(Limit limit) const;

  /// A function that takes long holds its worker up where no spare thread is left: that is logged.
  void blocking_began(std::string_view function) override;
  void blocking_ended() override;

  // For a @blocking function that takes long, while it runs.

  /// Nobody waits for what it returns: the call was cancelled.
  bool is_cancelled() const;

  /// Its worker waits for it: no spare thread drives it on, or none does yet.
  bool holds_worker() const;

 private:
  void write_line(wasm::Output stream, std::string_view line);
  void write(log::Level level, std::string_view component, std::string_view message);

  const Info info_;
  std::string unfinished_[2];  // The begun line of stdout and of stderr.
  std::string_view blocking_;  // The @blocking function that runs.
};

}  // namespace hermes::runtime
