#include "runtime/engine.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <ranges>
#include <set>
#include <string>
#include <thread>
#include <utility>

#include "base/guarded.h"
#include "base/strings.h"
#include "runtime/gate.h"
#include "runtime/opening.h"
#include "runtime/scheduler.h"

namespace hermes::runtime {
namespace {

using namespace std::chrono_literals;

// Beyond what the calls of its start may take.
constexpr auto kStartPatience = 10s;

// A cancelled call ends within a slice, unless a host function holds its worker.
constexpr auto kCancelPatience = 5s;

std::size_t worker_count(const EngineConfig& config) {
  if (config.workers != 0) return config.workers;
  return std::max(1U, std::thread::hardware_concurrency());
}

CallLimits lower_of(const CallLimits& a, const CallLimits& b) {
  return {.memory = std::min(a.memory, b.memory),
          .cpu = std::min(a.cpu, b.cpu),
          .wall = std::min(a.wall, b.wall)};
}

const std::string& name_of(const App& app) {
  return app.name.empty() ? app.id : app.name;
}

}  // namespace

// What begins, begins in the order of the extensions; what ends, ends in the reverse order.
struct Engine::State {
  struct RunningAppAndFollowers {
    std::shared_ptr<RunningApp> app;
    std::vector<Extension*> told;  // By app_started.
  };

  State(EngineConfig c, std::unique_ptr<Backend> b, Clock& clock, log::Log& l)
      : config(std::move(c)),
        log(l),
        gate(clock),
        backend(std::move(b)),
        scheduler(worker_count(config), config.queue_limits, gate, log) {}

  Result<> link_and_start();
  Result<std::shared_ptr<const Generation>> load(App app);
  Result<> open(RunningAppAndFollowers& running);
  bool wait_until_idle(std::span<const std::shared_ptr<RunningApp>> idle, MonotonicTime due);
  void cancel(std::span<RunningAppAndFollowers> running);
  void stop_extensions();

  const EngineConfig config;
  log::Log& log;
  Gate gate;
  const std::unique_ptr<Backend> backend;
  Scheduler scheduler;
  std::vector<std::unique_ptr<Extension>> extensions;
  std::vector<Extension*> started;
  std::vector<RunningAppAndFollowers> apps;
  Guarded<std::optional<int>> requested;
  std::atomic<bool> in_a_hurry{false};
  bool stopped = false;
};

Result<std::unique_ptr<Engine>> Engine::create(EngineConfig config,
                                               std::unique_ptr<Backend> backend, Clock& clock,
                                               log::Log& log) {
  auto state = std::make_unique<State>(std::move(config), std::move(backend), clock, log);
  return std::unique_ptr<Engine>(new Engine(std::move(state)));
}

Engine::Engine(std::unique_ptr<State> state) : state_(std::move(state)) {}

Engine::~Engine() {
  stop_now();
  stop();
}

Events& Engine::events() {
  return state_->scheduler;
}

std::span<io::Reactor* const> Engine::reactors() const {
  return state_->scheduler.crew().reactors();
}

Result<> Engine::start(std::vector<std::unique_ptr<Extension>> extensions) {
  state_->extensions = std::move(extensions);
  return state_->link_and_start();
}

Result<> Engine::State::link_and_start() {
  std::set<std::string_view> names;
  for (const auto& extension : extensions) {
    if (!names.insert(extension->name()).second) {
      return Error(Code::InvalidArgument,
                   concat("two extensions are named '", extension->name(), "'"));
    }
  }
  for (const auto& extension : extensions) {
    TRY(extension->link(backend->linker())
            .context(concat("linking extension '", extension->name(), "'")));
  }
  TRY(backend->open(scheduler.crew().size()));
  for (const auto& extension : extensions) {
    TRY(extension->start().context(concat("starting extension '", extension->name(), "'")));
    started.push_back(extension.get());
  }
  scheduler.crew().start(backend->executors());
  return {};
}

Result<> Engine::start_app(App app) {
  if (state_->scheduler.apps().find(app.id)) {
    return Error(Code::InvalidArgument,
                 concat("an app named '", name_of(app), "' is already running"));
  }
  const auto name = concat("app '", name_of(app), "'");
  auto generation = TRY(state_->load(std::move(app)).context(name));
  State::RunningAppAndFollowers running{state_->scheduler.add(std::move(generation)), {}};
  if (auto opened = state_->open(running); !opened) {
    state_->cancel({&running, 1});
    return std::move(opened).context(name);
  }
  state_->apps.push_back(std::move(running));
  return {};
}

Result<std::shared_ptr<const Generation>> Engine::State::load(App app) {
  app.limits = lower_of(app.limits, config.call_limits);
  auto generation = std::make_shared<Generation>();
  std::string reasons;
  for (const auto& source : app.modules) {
    auto module = backend->load(source, !apps.empty()).context(concat("module '", source.id, "'"));
    if (module) {
      generation->modules.push_back(*std::move(module));
    } else {
      reasons += concat(reasons.empty() ? "" : "\n", module.error().message());
    }
  }
  if (!reasons.empty()) return Error(Code::InvalidArgument, reasons);
  // The bytes of the components are not needed any more.
  for (auto& source : app.modules) source.component = {};
  generation->app = std::make_shared<const App>(std::move(app));
  return std::shared_ptr<const Generation>(std::move(generation));
}

Result<> Engine::State::open(RunningAppAndFollowers& running) {
  const auto generation = running.app->generation();
  const auto& app = *generation->app;
  for (auto* extension : started) {
    TRY(extension->app_started(app).context(extension->name()));
    running.told.push_back(extension);
  }
  Opening opening(gate);
  for (auto* extension : started) extension->app_opening(app, opening.ask(extension->name()));
  const auto calls = static_cast<std::int64_t>(app.modules.size());
  TRY(opening.wait_until(gate.now() + calls * app.limits.wall + kStartPatience));
  scheduler.open(*running.app);
  return {};
}

Result<> Engine::stop_app(const AppId& id) {
  auto& apps = state_->apps;
  const auto found = std::ranges::find(apps, id, [](auto& running) { return running.app->id(); });
  if (found == apps.end()) return Error(Code::NotFound, concat("no app '", id, "' is running"));
  auto running = std::move(*found);
  apps.erase(found);
  running.app->drain();
  state_->wait_until_idle({&running.app, 1}, state_->gate.now() + state_->config.grace);
  state_->cancel({&running, 1});
  return {};
}

bool Engine::State::wait_until_idle(std::span<const std::shared_ptr<RunningApp>> idle,
                                    MonotonicTime due) {
  for (const auto& app : idle) app->watch();
  const auto all_idle = [&] {
    return std::ranges::all_of(idle, [](const auto& app) { return app->idle(); });
  };
  gate.wait_until(due, [&] { return in_a_hurry || all_idle(); });
  return all_idle();
}

// Ends what the apps still have to do, and then the apps.
void Engine::State::cancel(std::span<RunningAppAndFollowers> running) {
  for (auto& [app, told] : running) scheduler.cancel(app);
  for (auto& [app, told] : running | std::views::reverse) {
    app->watch();
    // To go on without it would be to take away what it uses.
    while (!gate.wait_until(gate.now() + kCancelPatience, [&] { return app->idle(); })) {
      log.write({.level = log::Level::Error,
                 .app = app->id(),
                 .message = "a call was cancelled and does not end: a host function holds it"});
    }
    for (auto* extension : told | std::views::reverse) extension->app_stopped(app->id());
    scheduler.remove(app->id());
  }
}

int Engine::wait() {
  state_->gate.wait(
      [&] { return state_->requested.with([](const auto& code) { return code.has_value(); }); });
  return *state_->requested.with([](const auto& code) { return code; });
}

void Engine::request(int code) {
  state_->requested.with([&](auto& requested) {
    if (!requested) requested = code;
  });
  state_->gate.changed();
}

void Engine::stop() {
  if (std::exchange(state_->stopped, true)) return;
  for (auto* extension : state_->started | std::views::reverse) extension->quiesce();
  std::vector<std::shared_ptr<RunningApp>> apps;
  for (const auto& running : state_->apps) apps.push_back(running.app);
  if (!state_->wait_until_idle(apps, state_->gate.now() + state_->config.grace)) {
    state_->log.write({.level = log::Level::Warn,
                       .message = "the grace period is over: what still runs is cancelled"});
  }
  state_->cancel(state_->apps);
  state_->apps.clear();
  state_->stop_extensions();
}

void Engine::State::stop_extensions() {
  for (auto* extension : started | std::views::reverse) extension->stop();
  scheduler.crew().stop();
  started.clear();
  while (!extensions.empty()) extensions.pop_back();
}

void Engine::stop_now() {
  state_->in_a_hurry = true;
  state_->gate.changed();
}

}  // namespace hermes::runtime
