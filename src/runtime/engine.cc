#include "runtime/engine.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <iterator>
#include <optional>
#include <ranges>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <utility>

#include "base/guarded.h"
#include "base/strings.h"
#include "runtime/gate.h"
#include "runtime/needs.h"
#include "runtime/opening.h"
#include "runtime/scheduler.h"

namespace hermes::runtime {
namespace {

using namespace std::chrono_literals;

// Beyond what the calls of its start may take.
constexpr auto kStartPatience = 10s;

// A cancelled call ends within a slice, unless a host function holds its worker.
constexpr auto kCancelPatience = 5s;

CallLimits lower_of(const CallLimits& a, const CallLimits& b) {
  return {.memory = std::min(a.memory, b.memory),
          .host_memory = std::min(a.host_memory, b.host_memory),
          .resources = std::min(a.resources, b.resources),
          .cpu = std::min(a.cpu, b.cpu),
          .wall = std::min(a.wall, b.wall),
          .calls = std::min(a.calls, b.calls)};
}

const std::string& name_of(const App& app) {
  return app.name.empty() ? app.id : app.name;
}

// Each line says of which app and module it is, since each becomes a record. Who adds the app
// before all of them, adds it to the first.
void add_reasons(std::string& reasons, const App& app, const ModuleId& module,
                 std::string_view more) {
  for (const auto reason : split(more, '\n')) {
    if (!reasons.empty()) reasons += concat("\napp '", name_of(app), "': ");
    reasons += concat("module '", module, "': ", reason);
  }
}

}  // namespace

std::size_t worker_count(const EngineConfig& config) {
  if (config.workers != 0) return config.workers;
  return std::max(1U, std::thread::hardware_concurrency());
}

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
        breaches(clock, log),
        backend(std::move(b)),
        scheduler(worker_count(config), config.queue_limits, config.spare_limits, gate, log,
                  breaches) {}

  Result<> link_and_start();
  RunningAppAndFollowers* find(const AppId& id);
  std::shared_ptr<Generation> count(std::unique_ptr<Generation> generation);
  Result<std::shared_ptr<const Generation>> load(App app, const Generation* before = nullptr);
  LoadedModule load_module(const App& app, const ModuleSource& source);
  void tell_needs(const App& app, const Module& module) const;
  Result<> open(RunningAppAndFollowers& running);
  Result<> open(const App& app);
  Result<> update(RunningAppAndFollowers& running, App app);
  Result<> change(std::span<Extension* const> told, const App& before, const App& after);
  void wait_for_last_of(std::shared_ptr<const Generation> old);
  std::optional<int> code() const;
  bool wait_until_idle(std::span<const std::shared_ptr<RunningApp>> idle, MonotonicTime due);
  void cancel(std::span<RunningAppAndFollowers> running);
  void tell_failures(RunningApp& app) const;
  void tell_breaches(const RunningApp& app) const;
  void forget(RunningApp& app);
  void stop_extensions();

  EngineConfig config;
  log::Log& log;
  Gate gate;
  Breaches breaches;
  std::atomic<std::size_t> generations{0};  // That are alive: one for each app, and old ones.
  const std::unique_ptr<Backend> backend;
  Scheduler scheduler;
  std::vector<std::unique_ptr<Extension>> extensions;
  std::vector<Extension*> started;
  std::vector<RunningAppAndFollowers> apps;
  Guarded<EngineUsage> used_before;  // What apps have used that do not run any more.
  Guarded<std::optional<int>> requested;
  Guarded<std::deque<UniqueFunction<void()>>> tasks;
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

Engine::State::RunningAppAndFollowers* Engine::State::find(const AppId& id) {
  const auto found = std::ranges::find(apps, id, [](auto& running) { return running.app->id(); });
  return found == apps.end() ? nullptr : &*found;
}

Result<std::shared_ptr<const Generation>> Engine::State::load(App app, const Generation* before) {
  app.limits = lower_of(app.limits, config.call_limits);
  const auto generation = count(std::make_unique<Generation>());
  std::string reasons;
  for (auto& source : app.modules) {
    auto [module, runs] = load_module(app, source);
    tell_needs(app, module);
    if (!runs) {
      add_reasons(reasons, app, source.id, runs.error().message());
      continue;
    }
    const auto* same = before == nullptr ? nullptr : before->find_module(source.id);
    if (same != nullptr) module.executions = same->executions;
    source.handlers = module.handlers;
    generation->modules.push_back(std::move(module));
  }
  if (!reasons.empty()) return Error(Code::InvalidArgument, reasons);
  // The bytes of the components are not needed any more.
  for (auto& source : app.modules) {
    source.component = {};
    source.file = nullptr;
  }
  generation->app = std::make_shared<const App>(std::move(app));
  return std::shared_ptr<const Generation>(generation);
}

// What somebody has denied is to be seen; what the app never asked for, it may never use.
void Engine::State::tell_needs(const App& app, const Module& module) const {
  std::vector<Need> needs;
  for (const auto& extension : extensions)
    std::ranges::copy(extension->needs(), std::back_inserter(needs));
  for (const auto& need : unmet_needs(app, module.id, module.imports, needs)) {
    log.write({.level = need.is_asked_for ? log::Level::Warn : log::Level::Info,
               .app = app.id,
               .module = module.id,
               .message = need.describe(app)});
  }
}

LoadedModule Engine::State::load_module(const App& app, const ModuleSource& source) {
  auto loaded = backend->load(app.id, source, !apps.empty());
  const auto& programs = loaded.module.programs;
  const auto first = programs.empty() ? 0 : programs.front()->first_memory();
  if (!loaded.runs || first <= app.limits.memory) return loaded;
  const auto mebibytes = [](std::uint64_t bytes) { return (bytes + (1 << 20) - 1) >> 20; };
  loaded.runs = Error(Code::LimitReached,
                      concat("its memory begins with ", mebibytes(first),
                             " MiB, and a call may use ", mebibytes(app.limits.memory),
                             " MiB: limits.memory_mib of the app or of the engine is too low"));
  return loaded;
}

// Whoever waits until it is gone is told.
std::shared_ptr<Generation> Engine::State::count(std::unique_ptr<Generation> generation) {
  ++generations;
  const auto forget = [this](const Generation* gone) {
    delete gone;
    --generations;
    gate.changed();
  };
  return {generation.release(), forget};
}

Result<> Engine::State::open(RunningAppAndFollowers& running) {
  const auto generation = running.app->generation();
  const auto& app = *generation->app;
  for (auto* extension : started) {
    TRY(extension->app_started(app).context(extension->name()));
    running.told.push_back(extension);
  }
  TRY(open(app));
  scheduler.open(*running.app);
  return {};
}

Result<> Engine::State::open(const App& app) {
  Opening opening(gate);
  for (auto* extension : started) extension->app_opening(app, opening.ask(extension->name()));
  const auto calls = static_cast<std::int64_t>(app.modules.size());
  return opening.wait_until(gate.now() + calls * app.limits.wall + kStartPatience);
}

Result<> Engine::update_app(App app) {
  auto* running = state_->find(app.id);
  if (running == nullptr) {
    return Error(Code::NotFound, concat("no app '", name_of(app), "' is running"));
  }
  const auto name = concat("app '", name_of(app), "'");
  return state_->update(*running, std::move(app)).context(name);
}

Result<> Engine::State::update(RunningAppAndFollowers& running, App app) {
  auto before = running.app->generation();
  app.generation = before->app->generation + 1;
  const auto after = TRY(load(std::move(app), before.get()));
  running.app->set_next(after);
  auto opened = open(*after->app);
  if (opened) {
    running.app->pause();
    opened = change(running.told, *before->app, *after->app);
    if (opened) running.app->switch_to_next();
    scheduler.open(*running.app);
  }
  if (!opened) {
    running.app->set_next(nullptr);
    return opened;
  }
  wait_for_last_of(std::move(before));
  return {};
}

// All of them, or none.
Result<> Engine::State::change(std::span<Extension* const> told, const App& before,
                               const App& after) {
  for (std::size_t i = 0; i < told.size(); ++i) {
    auto changed = told[i]->app_changed(before, after).context(told[i]->name());
    if (changed) continue;
    for (auto* extension : told.first(i) | std::views::reverse) {
      const auto back = extension->app_changed(after, before);
      if (back) continue;
      log.write({.level = log::Level::Error,
                 .app = before.id,
                 .message = concat(extension->name(), " does not take the generation back: ",
                                   back.error().message())});
    }
    return changed;
  }
  return {};
}

void Engine::State::wait_for_last_of(std::shared_ptr<const Generation> old) {
  const auto app = std::exchange(old, nullptr)->app;
  const auto due = gate.now() + app->limits.wall + kCancelPatience;
  const auto is_gone = [&] { return generations == apps.size(); };
  if (gate.wait_until(due, [&] { return in_a_hurry || code() || is_gone(); })) return;
  log.write({.level = log::Level::Error,
             .app = app->id,
             .message = "a call of the old generation does not end: a host function holds it"});
}

Result<> Engine::stop_app(const AppId& id) {
  auto* found = state_->find(id);
  if (found == nullptr) return Error(Code::NotFound, concat("no app '", id, "' is running"));
  auto running = std::move(*found);
  state_->apps.erase(state_->apps.begin() + (found - state_->apps.data()));
  running.app->drain();
  state_->wait_until_idle({&running.app, 1}, state_->gate.now() + state_->config.grace);
  state_->cancel({&running, 1});
  return {};
}

std::optional<CallFailures> Engine::failures(const AppId& id) const {
  const auto app = state_->scheduler.apps().find(id);
  if (!app) return std::nullopt;
  return app->failures().read();
}

std::optional<AppUsage> Engine::usage(const AppId& id) const {
  const auto app = state_->scheduler.apps().find(id);
  if (!app) return std::nullopt;
  // First what failed, so that of these calls the end and the time are counted, too.
  const auto failures = app->failures().read();
  return AppUsage{.generation = app->generation()->app->generation,
                  .cpu = app->cpu_used(),
                  .calls = app->calls(),
                  .events = app->pending(),
                  .failures = failures,
                  .breaches = state_->breaches.of(id)};
}

EngineUsage Engine::usage() const {
  return state_->used_before.with([&](const EngineUsage& before) {
    auto usage = before;
    for (const auto& app : state_->scheduler.apps().all()) {
      usage.failures += app->failures().read();  // First, as for one.
      usage.cpu += app->cpu_used();
      usage.calls += app->calls();
      usage.events += app->pending();
    }
    usage.breaches = state_->breaches.all();
    return usage;
  });
}

Breaches& Engine::breaches() {
  return state_->breaches;
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
    tell_failures(*app);
    tell_breaches(*app);
    forget(*app);
  }
}

void Engine::State::tell_failures(RunningApp& app) const {
  const auto failures = app.failures().read();
  if (failures == CallFailures{.cancelled = failures.cancelled}) return;  // As stopping does.
  log.write(
      {.app = app.id(),
       .message = concat("of its calls, ", failures.trapped, " trapped, ", failures.out_of_memory,
                         " were out of memory, ", failures.out_of_time, " out of time, ",
                         failures.cancelled, " were cancelled")});
}

void Engine::State::tell_breaches(const RunningApp& app) const {
  const auto met = breaches.of(app.id());
  std::string counts;
  for (std::size_t number = 0; number < met.size(); ++number) {
    if (met[number] == 0) continue;
    counts += concat(counts.empty() ? "" : ", ", name(static_cast<Limit>(number)), " ", met[number],
                     " times");
  }
  if (counts.empty()) return;
  log.write({.app = app.id(), .message = concat("it met its limits: ", counts)});
}

// Whoever adds all up finds it in one place.
void Engine::State::forget(RunningApp& app) {
  used_before.with([&](EngineUsage& all) {
    all.cpu += app.cpu_used();
    all.failures += app.failures().read();
    scheduler.remove(app.id());
  });
}

void Engine::reconfigure(const CallLimits& limits, std::chrono::nanoseconds grace) {
  auto& config = state_->config;
  const auto memory = config.call_limits.memory;
  config.call_limits = limits;
  config.call_limits.memory = memory;
  config.grace = grace;
}

void Engine::reopen_logs() {
  for (const auto& extension : state_->extensions) extension->reopen_logs();
}

std::optional<int> Engine::State::code() const {
  return requested.with([](const auto& code) { return code; });
}

int Engine::wait() {
  for (;;) {
    UniqueFunction<void()> task;
    state_->gate.wait([&] {
      if (state_->code()) return true;
      return state_->tasks.with([&](auto& tasks) {
        if (tasks.empty()) return false;
        task = std::move(tasks.front());
        tasks.pop_front();
        return true;
      });
    });
    if (const auto code = state_->code()) {
      std::ignore = state_->tasks.with([](auto& tasks) { return std::exchange(tasks, {}); });
      return *code;
    }
    task();
  }
}

void Engine::perform(UniqueFunction<void()> task) {
  state_->tasks.with([&](auto& tasks) { tasks.push_back(std::move(task)); });
  state_->gate.changed();
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
