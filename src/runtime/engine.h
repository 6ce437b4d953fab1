#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "base/time.h"
#include "base/unique_function.h"
#include "io/reactor.h"
#include "runtime/app.h"
#include "runtime/backend.h"
#include "runtime/breaches.h"
#include "runtime/call_failures.h"
#include "runtime/event.h"
#include "runtime/extension.h"
#include "runtime/limits.h"
#include "runtime/usage.h"
#include "wasm/engine.h"

namespace hermes::runtime {

struct EngineConfig {
  std::size_t workers = 0;        // 0: one for each core.
  std::size_t calls = 4'000;      // At once; each worker has its share of them.
  wasm::EngineOptions wasm = {};  // But for the slots, which `calls` says.
  wasm::CompilerOptions compiler = {};
  CallLimits call_limits = {};
  MemoryLimits memory_limits = {};
  QueueLimits queue_limits = {};
  SpareLimits spare_limits = {};
  std::chrono::nanoseconds grace =
      std::chrono::seconds(10);  // For what runs when the engine stops.
  std::filesystem::path home;
  std::filesystem::path code = {};  // The cache of compiled code; empty: "compiled" in the home.
};

/// How many workers that is on this machine.
std::size_t worker_count(const EngineConfig& config);

/// The engine: workers, apps and the extensions between them and the world.
///
///   auto engine = TRY(Engine::create(config, clock, log));
///   TRY(engine->start(extensions::all({…, engine->events(), …})));
///   TRY(engine->start_app(app));
///   const int code = engine->wait();
///   engine->stop();
///
/// Its functions are called from one thread, none of the workers' own, except `request`, `perform`,
/// `stop_now`, `events` and `usage`.
class Engine final : public Shutdown {
 public:
  /// `clock` and `log` outlive the engine.
  static Result<std::unique_ptr<Engine>> create(EngineConfig config, Clock& clock, log::Log& log);

  /// The same on a backend of the caller's.
  static Result<std::unique_ptr<Engine>> create(EngineConfig config,
                                                std::unique_ptr<Backend> backend, Clock& clock,
                                                log::Log& log);

  /// Stops at once, if nobody has stopped it.
  ~Engine() override;

  Events& events();
  std::span<io::Reactor* const> reactors() const;

  /// Links and starts the extensions, and starts the workers. After an error, the engine can only
  /// be destroyed.
  Result<> start(std::vector<std::unique_ptr<Extension>> extensions);

  /// Compiles, checks and opens an app; returns once events reach it. The error names the module
  /// and says why; nothing of the app is left then, and other apps run on.
  Result<> start_app(App app);

  /// Has another generation of an app take over, named by its id. Until it is compiled, checked and
  /// opened, and after any error, everything goes on with the one that is there. Then each event
  /// that begins goes to the new one; lanes and state stay. Returns once the calls of the old one
  /// have ended, which their limits see to, and nothing of it is left.
  Result<> update_app(App app);

  /// Lets what is queued for the app finish within the grace period, cancels the rest. What a call
  /// of the app raises meanwhile still counts; other events are refused.
  Result<> stop_app(const AppId& id);

  /// Of an app that runs: how its calls failed.
  std::optional<CallFailures> failures(const AppId& id) const;

  /// Of an app that runs: what it uses.
  std::optional<AppUsage> usage(const AppId& id) const;

  /// Of all apps since the engine started.
  EngineUsage usage() const;

  /// For extensions, which outlive it no more than its events.
  Breaches& breaches();

  /// From now on the most that an app may have which is loaded, but for its memory; and the grace
  /// period.
  void reconfigure(const CallLimits& limits, std::chrono::nanoseconds grace);

  /// Tells the extensions to.
  void reopen_logs();

  /// Waits for the first `request`; returns its code. Meanwhile, runs what `perform` is given.
  int wait();

  /// From any thread: `task` runs inside `wait`, after those before it, and may call the functions
  /// of the engine. What has not begun when `wait` returns is dropped.
  void perform(UniqueFunction<void()> task);

  void request(int code) override;

  /// Stops in the order of Extension. What still runs after the grace period is cancelled. All
  /// extensions are gone when it returns.
  void stop();

  /// From any thread: the grace period is over for a stop that is under way, and for later ones.
  void stop_now();

 private:
  struct State;
  explicit Engine(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace hermes::runtime
