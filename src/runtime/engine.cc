#include "runtime/engine.h"

#include <algorithm>
#include <ranges>
#include <set>
#include <string_view>
#include <thread>
#include <utility>

#include "base/strings.h"
#include "runtime/app_loader.h"
#include "runtime/gate.h"
#include "runtime/requests.h"
#include "runtime/running_apps.h"
#include "runtime/scheduler.h"

namespace hermes::runtime {

std::size_t worker_count(const EngineConfig& config) {
  if (config.workers != 0) return config.workers;
  return std::max(1U, std::thread::hardware_concurrency());
}

// What begins, begins in the order of the extensions; what ends, ends in the reverse order.
struct Engine::State {
  State(EngineConfig c, std::unique_ptr<Backend> b, Clock& clock, log::Log& log)
      : config(std::move(c)),
        gate(clock),
        breaches(clock, log),
        backend(std::move(b)),
        loader(*backend, started, gate, log),
        scheduler(worker_count(config), config.queue_limits, config.spare_limits, gate, log,
                  breaches),
        usage(scheduler, breaches),
        requests(gate),
        apps(loader, scheduler, usage, started, requests, gate, log) {}

  Result<> link_and_start();
  void stop_extensions();

  EngineConfig config;
  Gate gate;
  Breaches breaches;
  const std::unique_ptr<Backend> backend;
  std::vector<Extension*> started;
  AppLoader loader;  // Generations are gone with the scheduler, before it.
  Scheduler scheduler;
  Usage usage;
  Requests requests;
  std::vector<std::unique_ptr<Extension>> extensions;
  RunningApps apps;
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
  return state_->apps.start(std::move(app), state_->config.call_limits);
}

Result<> Engine::update_app(App app) {
  return state_->apps.update(std::move(app), state_->config.call_limits);
}

Result<> Engine::stop_app(const AppId& id) {
  return state_->apps.stop(id, state_->config.grace);
}

std::optional<CallFailures> Engine::failures(const AppId& id) const {
  const auto app = state_->scheduler.apps().find(id);
  if (!app) return std::nullopt;
  return app->failures().read();
}

std::optional<AppUsage> Engine::usage(const AppId& id) const {
  return state_->usage.of(id);
}

EngineUsage Engine::usage() const {
  return state_->usage.all();
}

Breaches& Engine::breaches() {
  return state_->breaches;
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

int Engine::wait() {
  return state_->requests.wait();
}

void Engine::perform(UniqueFunction<void()> task) {
  state_->requests.perform(std::move(task));
}

void Engine::request(int code) {
  state_->requests.stop(code);
}

void Engine::stop() {
  if (std::exchange(state_->stopped, true)) return;
  for (auto* extension : state_->started | std::views::reverse) extension->quiesce();
  state_->apps.stop_all(state_->config.grace);
  state_->stop_extensions();
}

void Engine::State::stop_extensions() {
  for (auto* extension : started | std::views::reverse) extension->stop();
  scheduler.crew().stop();
  started.clear();
  while (!extensions.empty()) extensions.pop_back();
}

void Engine::stop_now() {
  state_->requests.hurry();
}

}  // namespace hermes::runtime
