#include "cli/run.h"

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "cli/apps.h"
#include "cli/commands.h"
#include "cli/playground.h"
#include "cli/reconfiguration.h"
#include "cli/signals.h"
#include "control/server.h"
#include "io/service_manager.h"

namespace hermes::cli {
namespace {

constexpr int kKilled = 128 + 15;  // As a shell tells it of a process that SIGTERM ended.

// Where a browser finds the app, as far as it is known before the gateway says its port.
void tell_address(const AppState& app, const Settings& settings) {
  const auto url = url_of(app.name, settings.http);
  std::cout << app.name << (url.empty() ? "" : "  ") << url << '\n' << std::flush;
}

bool is_up(const Result<AppState>& app, const Settings& settings, log::Log& log) {
  if (app) {
    tell_address(*app, settings);
    return true;
  }
  for (const auto reason : split(app.error().message(), '\n')) {
    log.write({.level = log::Level::Error, .message = reason});
  }
  return false;
}

Result<AppState> start_playground(Apps& apps, const Invocation& invocation) {
  return apps.add(TRY(playground_app(invocation.paths, invocation.settings)), {});
}

// Packages, and directories with a manifest, in the order of their names.
Result<std::vector<AppSource>> sources_in(const std::filesystem::path& directory) {
  std::set<std::filesystem::path> paths;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(directory, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code ignored;
    const auto& path = entry->path();
    if (path.extension() == ".happ" || std::filesystem::exists(path / "app.json", ignored)) {
      paths.insert(path);
    }
  }
  if (error) return Error(Code::NotFound, concat(directory.native(), ": ", error.message()));
  std::vector<AppSource> sources;
  for (const auto& path : paths) sources.push_back({path});
  return sources;
}

Result<std::vector<AppSource>> sources_of(const Invocation& invocation) {
  std::vector<AppSource> sources;
  if (!invocation.apps.empty()) sources = TRY(sources_in(invocation.apps));
  for (const auto& path : invocation.paths) sources.push_back({path});
  for (const auto& path : invocation.untrusted) sources.push_back({path, true});
  return sources;
}

// Whether any app runs then, or there is none yet.
bool start_all(Apps& apps, const Signals& signals, const Invocation& invocation, log::Log& log) {
  const auto& settings = invocation.settings;
  if (invocation.command == Command::Playground) {
    return is_up(start_playground(apps, invocation), settings, log);
  }
  const auto sources = sources_of(invocation);
  if (!sources) {
    log.write({.level = log::Level::Error, .message = sources.error().message()});
    return false;
  }
  for (const auto& source : *sources) {
    if (signals.received()) break;
    std::ignore = is_up(apps.add(source), settings, log);
  }
  return !apps.all().empty() || sources->empty();
}

int serve(runtime::Engine& engine, Apps& apps, Reconfiguration& reconfiguration,
          const Invocation& invocation, log::Log& log, std::atomic<bool>& is_ready) {
  // While a component compiles, nothing but the end of the process interrupts that; the cache
  // outlives it.
  std::atomic<int> hurry = 0;
  std::atomic<bool> starting = true;
  const Signals signals([&] { engine.request(kClean); },
                        [&] {
                          if (starting || ++hurry > 1) std::_Exit(kKilled);
                          engine.stop_now();
                        },
                        [&] { engine.perform([&] { std::ignore = reconfiguration.reread(); }); });
  const bool failed = !start_all(apps, signals, invocation, log) && !signals.received();
  starting = false;
  if (failed) log.write({.level = log::Level::Error, .message = "no app runs"});
  if (!failed) io::tell_service_manager("READY=1");
  is_ready = !failed;
  const int code = failed ? kFailed : engine.wait();
  is_ready = false;
  io::tell_service_manager("STOPPING=1");
  log.write({.message = concat("stopping with exit code ", code)});
  engine.stop();
  return code;
}

}  // namespace

Result<int> run(runtime::Engine& engine, std::optional<control::HomeLock> lock,
                const Invocation& invocation, const Surroundings& surroundings) {
  const auto& [clock, log, writer, recent_log, secrets, is_ready, certificates, node, content] =
      surroundings;
  auto settings = invocation.settings;
  Apps apps(engine, settings, clock, log, recent_log);
  Reconfiguration reconfiguration(invocation, settings, engine, secrets, writer, certificates);
  Commands commands({engine, apps, settings, reconfiguration, recent_log, clock, node, content});
  std::unique_ptr<control::Server> server;
  if (lock) {
    auto& reactor = *engine.reactors().front();
    server = TRY(control::Server::listen(settings.engine.home, reactor, commands, log));
  }
  const auto code = serve(engine, apps, reconfiguration, invocation, log, is_ready);
  lock.reset();  // Before the server hangs up.
  return code;
}

}  // namespace hermes::cli
