#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <deque>
#include <latch>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "io/system_clock.h"
#include "runtime/gate.h"
#include "runtime/scheduler.h"
#include "runtime/scripted_executor.h"
#include "testing/recording_log.h"

namespace hermes::runtime {

/// An event for tests.
struct Ping {
  std::string text;

  using Reply = bool;
  static constexpr std::string_view kHandler = "test:ping/event#on-ping";
  static constexpr bool kDurable = true;
};

/// One that no module handles.
struct Pong {
  using Reply = void;
  static constexpr std::string_view kHandler = "test:ping/event#on-pong";
  static constexpr bool kDurable = true;
};

}  // namespace hermes::runtime

template <>
inline constexpr auto hermes::wasm::kMembers<hermes::runtime::Ping> =
    std::tuple(&hermes::runtime::Ping::text);
template <>
inline constexpr auto hermes::wasm::kMembers<hermes::runtime::Pong> = std::tuple();

namespace hermes::runtime {

/// A value that one thread sets, once, and others wait for. It may be gone when `set` returns.
template <typename T>
class Promise {
 public:
  void set(T value) {
    const auto state = state_;
    state->value = std::move(value);
    state->done.count_down();
  }
  const T& get() {
    state_->done.wait();
    return state_->value;
  }

 private:
  struct State {
    T value{};
    std::latch done{1};
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

/// Apps whose modules are scripts, on real lanes and workers.
class SchedulerFixture : public ::testing::Test {
 protected:
  struct ScriptedModule {
    ModuleId id;
    Script script;
  };

  explicit SchedulerFixture(std::size_t workers = 2, QueueLimits limits = {},
                            SpareLimits spares = {})
      : scheduler(workers, limits, spares, gate, log, breaches), executors_(workers) {}

  ~SchedulerFixture() override {
    for (const auto& app : scheduler.apps().all()) {
      scheduler.cancel(app);
      wait_until_idle(*app);
    }
    scheduler.crew().stop();
    EXPECT_EQ(scheduler.crew().lanes().size(), 0U);
  }

  void start() {
    std::vector<Executor*> pointers;
    for (auto& executor : executors_) pointers.push_back(&executor);
    scheduler.crew().start(pointers);
  }

  std::shared_ptr<RunningApp> add(AppId id, std::vector<ScriptedModule> modules,
                                  CallLimits limits = {}) {
    auto generation = std::make_shared<Generation>();
    auto app = std::make_shared<App>(App{.id = std::move(id)});
    app->limits = limits;
    generation->app = std::move(app);
    for (auto& [name, script] : modules) {
      Module module{.id = name, .handlers = {std::string(Ping::kHandler)}, .programs = {}};
      for (auto& executor : executors_) module.programs.push_back(executor.program(script));
      generation->modules.push_back(std::move(module));
    }
    return scheduler.add(std::move(generation));
  }

  std::shared_ptr<RunningApp> add_open(AppId id, std::vector<ScriptedModule> modules,
                                       CallLimits limits = {}) {
    auto app = add(std::move(id), std::move(modules), limits);
    scheduler.open(*app);
    return app;
  }

  void wait_until_idle(RunningApp& app) {
    app.watch();
    gate.wait([&] { return app.idle(); });
  }

  Events& events() { return scheduler; }

  /// Posts to a source of its own.
  void post(AppId app, std::string text = "", ReplyFunction<bool> on_reply = nullptr) {
    ASSERT_TRUE(events().post(Ping{std::move(text)}, {.app = std::move(app)}, {"test", "", true},
                              {.on_reply = std::move(on_reply)}));
  }
  Result<bool> call(AppId app, std::string text = "") {
    Promise<std::optional<Result<bool>>> reply;
    post(std::move(app), std::move(text), [&](Result<bool> r) { reply.set(std::move(r)); });
    return *reply.get();
  }

  ScriptedExecutor& executor(std::size_t worker) { return executors_[worker]; }

  hermes::testing::RecordingLog log;
  io::SystemClock clock;
  Gate gate{clock};
  Breaches breaches{clock, log};
  Scheduler scheduler;

 private:
  std::deque<ScriptedExecutor> executors_;
};

}  // namespace hermes::runtime
