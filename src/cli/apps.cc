#include "cli/apps.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/strings.h"
#include "package/app_directory.h"
#include "package/load.h"

namespace hermes::cli {
namespace {

AppState state_of(const runtime::App& app, const AppSource& source) {
  return {.id = app.id, .name = app.name, .version = app.version, .source = source};
}

}  // namespace

std::string url_of(std::string_view name, const http_gateway::Options& http) {
  return http.port == 0 ? "" : concat("http://", name, ".localhost:", http.port, "/");
}

Result<runtime::App> Apps::read(const AppSource& source) const {
  const auto& engine = settings_.engine;
  const auto most = engine.compiler.limits.component;
  if (!std::filesystem::is_regular_file(source.path)) {
    return package::read_app(source.path, engine.call_limits, most, {.home = engine.home});
  }
  return package::load_app(source.path, {.home = engine.home,
                                         .allowed = engine.call_limits,
                                         .component_bytes = most,
                                         .now = clock_.now().utc,
                                         .untrusted = source.untrusted});
}

Result<AppState> Apps::add(const AppSource& source) {
  return add(TRY(read(source)), source);
}

Result<AppState> Apps::add(runtime::App app, const AppSource& source) {
  const auto state = state_of(app, source);
  if (!find(state.id)) return start(std::move(app), state);
  return Error(Code::InvalidArgument, concat(source.path.native(), ": an app named '", state.name,
                                             "' is already running"));
}

Result<AppState> Apps::load(const std::filesystem::path& path) {
  const AppSource source{path};
  return load(TRY(read(source)), source);
}

Result<AppState> Apps::load(runtime::App app, const AppSource& source) {
  const auto state = state_of(app, source);
  const auto before = find(state.id);
  return before ? update(std::move(app), state, *before) : start(std::move(app), state);
}

Result<AppState> Apps::reload(std::string_view app) {
  const auto before = TRY(find(app));
  auto next = TRY(read(before.source));
  if (next.id != before.id) {
    return Error(Code::InvalidArgument,
                 concat(before.source.path.native(), " is now the app '", next.name,
                        "': load it and unload '", before.name, "'"));
  }
  return load(std::move(next), before.source);
}

Result<AppState> Apps::start(runtime::App app, const AppState& state) {
  put(state);
  const auto started = engine_.start_app(std::move(app));
  if (!started) {
    remove(state.id);
    return started.error();
  }
  auto running = state;
  running.phase = "running";
  put(running);
  log_.write({.app = state.id, .message = concat("version ", state.version, " runs")});
  return running;
}

Result<AppState> Apps::update(runtime::App app, const AppState& state, const AppState& before) {
  auto changing = before;
  changing.phase = "changing";
  put(changing);
  const auto updated = engine_.update_app(std::move(app));
  if (!updated) {
    put(before);
    log_.write(
        {.level = log::Level::Warn,
         .app = state.id,
         .message = concat("version ", before.version, " stays: ", updated.error().message())});
    return updated.error();
  }
  auto running = state;
  running.phase = "running";
  running.generation = before.generation + 1;
  put(running);
  log_.write({.app = state.id,
              .message = concat("version ", state.version, " has taken over, as generation ",
                                running.generation)});
  return running;
}

Result<AppState> Apps::unload(std::string_view app) {
  auto state = TRY(find(app));
  state.phase = "stopping";
  put(state);
  TRY(engine_.stop_app(state.id));
  remove(state.id);
  state.phase = "stopped";
  log_.write({.app = state.id, .message = "stopped"});
  recent_log_.forget(state.id);
  return state;
}

std::vector<AppState> Apps::all() const {
  return apps_.with([](const auto& apps) { return apps; });
}

Result<AppState> Apps::find(std::string_view app) const {
  std::optional<AppState> found;
  for (auto& state : all()) {
    if (state.id == app) return std::move(state);
    if (state.name != app) continue;
    if (found) {
      return Error(Code::InvalidArgument,
                   concat("several apps are named '", app, "': name one by its id, ", found->id,
                          " or ", state.id));
    }
    found = std::move(state);
  }
  if (!found) return Error(Code::NotFound, concat("no app '", app, "' is running"));
  return *std::move(found);
}

void Apps::put(const AppState& state) {
  apps_.with([&](auto& apps) {
    const auto found = std::ranges::find(apps, state.id, &AppState::id);
    if (found == apps.end()) {
      apps.push_back(state);
    } else {
      *found = state;
    }
  });
}

void Apps::remove(const runtime::AppId& id) {
  apps_.with([&](auto& apps) { std::erase_if(apps, [&](auto& app) { return app.id == id; }); });
}

}  // namespace hermes::cli
