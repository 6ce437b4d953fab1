#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "base/unique_function.h"
#include "runtime/app.h"
#include "runtime/call_context.h"
#include "runtime/event.h"
#include "wasm/linker.h"

namespace hermes::runtime {

/// An import that its app has to have a permission for.
struct Need {
  std::string_view import;      // "hermes:cron/api#add"; of WASI without the version.
  std::string_view permission;  // "cron"; "outbound:" stands for any that begins so.
};

/// A Hermes runtime extension: offers host functions and raises events. The engine has one of each.
///
/// Its life, in this order, one function at a time:
///
///   link, start
///   app_started, app_opening                    for each app, by its id
///   app_opening, app_changed                    for each generation that takes over
///   app_stopped                                 after the last generation
///   quiesce                                     the engine then drains: each event becomes done
///   app_stopped                                 for each app that is left
///   stop
///
/// It is destroyed after the last worker, so a callback of an event may come until then. Host
/// functions run on workers, several at once, and also while the functions below run.
class Extension {
 public:
  virtual ~Extension() = default;

  /// The folder's name: the extension is called this in sources, configuration, logs and metrics.
  virtual std::string_view name() const = 0;

  /// Gives the linker the implementations of the imports.
  virtual Result<> link(wasm::Linker& linker) = 0;

  /// Which of these refuse apps without a permission: what an app lacks is told when it is loaded.
  virtual std::span<const Need> needs() const { return {}; }

  /// Begins to raise events. An error keeps the engine from starting.
  virtual Result<> start() { return {}; }

  /// Reads the app's configuration and permissions. An error keeps the app from starting.
  virtual Result<> app_started(const App&) { return {}; }

  /// What a generation must go through before any other event reaches it, after every extension's
  /// app_started; such events are posted `during_start`. `ready` is called once, from any thread;
  /// an error keeps the generation from starting.
  virtual void app_opening(const App&, UniqueFunction<void(Result<>)> ready) { ready({}); }

  /// A new generation takes over in an instant; calls of the one before may still run, and events
  /// wait. An error keeps it out: whoever has changed is then told to change back.
  virtual Result<> app_changed(const App& /*before*/, const App& /*after*/) { return {}; }

  /// Releases what is held for the app: no call of any generation is left.
  virtual void app_stopped(const AppId&) {}

  /// Opens the files anew that it logs to: somebody has moved them, to begin others.
  virtual void reopen_logs() {}

  /// Raises nothing new from now on, and still answers calls.
  virtual void quiesce() {}

  /// Closes what is open: no app and no event is left.
  virtual void stop() {}
};

/// How an app or a person ends the engine. Thread-safe.
class Shutdown {
 public:
  virtual ~Shutdown() = default;

  /// The engine stops gracefully, once everything that is queued now has been delivered or its
  /// grace period is over, and exits with `code`. The first request counts. Never waits.
  virtual void request(int code) = 0;
};

}  // namespace hermes::runtime
