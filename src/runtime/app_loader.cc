#include "runtime/app_loader.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "runtime/needs.h"

namespace hermes::runtime {
namespace {

CallLimits lower_of(const CallLimits& a, const CallLimits& b) {
  return {.memory = std::min(a.memory, b.memory),
          .host_memory = std::min(a.host_memory, b.host_memory),
          .resources = std::min(a.resources, b.resources),
          .cpu = std::min(a.cpu, b.cpu),
          .wall = std::min(a.wall, b.wall),
          .calls = std::min(a.calls, b.calls)};
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

const std::string& name_of(const App& app) {
  return app.name.empty() ? app.id : app.name;
}

Result<std::shared_ptr<const Generation>> AppLoader::load(App app, const CallLimits& most,
                                                          bool serving, const Generation* before) {
  app.limits = lower_of(app.limits, most);
  const auto generation = make_generation();
  std::string reasons;
  for (auto& source : app.modules) {
    auto [module, runs] = load_module(app, source, serving);
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

// Whoever waits until it is gone is told.
std::shared_ptr<Generation> AppLoader::make_generation() {
  auto generation = std::make_unique<Generation>();
  ++alive_;
  const auto forget = [this](const Generation* gone) {
    delete gone;
    --alive_;
    gate_.changed();
  };
  return {generation.release(), forget};
}

LoadedModule AppLoader::load_module(const App& app, const ModuleSource& source, bool serving) {
  auto loaded = backend_.load(app.id, source, serving);
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

// What somebody has denied is to be seen; what the app never asked for, it may never use.
void AppLoader::tell_needs(const App& app, const Module& module) const {
  std::vector<Need> needs;
  for (const auto* extension : extensions_)
    std::ranges::copy(extension->needs(), std::back_inserter(needs));
  for (const auto& need : unmet_needs(app, module.id, module.imports, needs)) {
    log_.write({.level = need.is_asked_for ? log::Level::Warn : log::Level::Info,
                .app = app.id,
                .module = module.id,
                .message = need.describe(app)});
  }
}

}  // namespace hermes::runtime
