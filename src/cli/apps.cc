#include "cli/apps.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/strings.h"
#include "package/app_directory.h"
#include "package/grants.h"
#include "package/load.h"
#include "package/settings.h"

namespace hermes::cli {
namespace {

AppState state_of(const runtime::App& app, const AppSource& source) {
  return {.id = app.id,
          .name = app.name,
          .version = app.version,
          .source = source,
          .hostnames = app.hostnames,
          .denied = app.denied};
}

}  // namespace

std::string url_of(std::string_view name, const http_gateway::Options& http) {
  return http.port == 0 ? "" : concat("http://", name, ".localhost:", http.port, "/");
}

Result<runtime::App> Apps::read(const AppSource& source) const {
  const auto& engine = settings_.engine;
  const auto most = engine.compiler.limits.component;
  std::error_code failed;
  const auto status = std::filesystem::status(source.path, failed);
  if (status.type() == std::filesystem::file_type::none) {
    return Error(Code::Denied, concat(source.path.native(), ": ", failed.message()));
  }
  const bool is_file = std::filesystem::is_regular_file(status);
  auto app = TRY(
      is_file ? package::load_app(source.path, {.home = engine.home,
                                                .allowed = engine.call_limits,
                                                .component_bytes = most,
                                                .now = clock_.now().utc,
                                                .untrusted = source.untrusted})
              : package::read_app(source.path, engine.call_limits, most, {.home = engine.home}));
  package::apply_grants(settings_.grants, app);
  TRY(package::apply_settings(settings_.grants, app));
  return app;
}

// The names of apps are names of hosts, too, and each leads to one of them.
Result<> Apps::check_names(const AppState& state) const {
  for (const auto& other : all()) {
    if (other.id == state.id) continue;
    if (other.name == state.name) {
      return Error(
          Code::InvalidArgument,
          concat(state.source.path.native(), ": the app ", other.id, " is named '", state.name,
                 "' too, and this one is ", state.id, ": unload that one first"));
    }
    for (const auto& name : state.hostnames) {
      if (!other.hostnames.contains(name)) continue;
      return Error(Code::InvalidArgument,
                   concat("app '", state.name, "': the app '", other.name, "' has the host name '",
                          name, "': grant it to one of them in the configuration ([apps])"));
    }
  }
  return {};
}

void Apps::tell_denied(const runtime::App& app) {
  for (const auto& permission : app.denied.permissions) {
    log_.write({.level = log::Level::Warn,
                .app = app.id,
                .message = concat("it asks for the permission '", permission,
                                  "', which is not granted to it")});
  }
  for (const auto& name : app.denied.hostnames) {
    log_.write(
        {.level = log::Level::Warn,
         .app = app.id,
         .message = concat("it asks for the host name '", name, "', which is not granted to it")});
  }
  const auto how = package::how_to_grant(app);
  if (how.empty()) return;
  log_.write({.level = log::Level::Warn,
              .app = app.id,
              .message = concat("to grant what it asks for, write into the configuration: ", how)});
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
    const auto what = next.name == before.name
                          ? concat("of another author, ", next.id, " in place of ", before.id,
                                   ", and carries no hand-over of the one before")
                          : concat("the app '", next.name, "'");
    return Error(Code::InvalidArgument, concat(before.source.path.native(), " is now ", what,
                                               ": load it and unload '", before.name, "'"));
  }
  return load(std::move(next), before.source);
}

Result<AppState> Apps::start(runtime::App app, const AppState& state) {
  TRY(check_names(state));
  tell_denied(app);
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
  TRY(check_names(state));
  tell_denied(app);
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
