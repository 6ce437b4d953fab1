#include "cli/run.h"

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <string>
#include <utility>

#include "base/strings.h"
#include "cli/arguments.h"
#include "cli/signals.h"
#include "package/app_directory.h"

namespace hermes::cli {
namespace {

constexpr int kKilled = 128 + 15;  // As a shell tells it of a process that SIGTERM ended.

// Where a browser finds the app, as far as it is known before the gateway says its port.
void tell_address(const std::string& name, const http_gateway::Options& http) {
  std::cout << name;
  if (http.port != 0) std::cout << "  http://" << name << ".localhost:" << http.port << "/";
  std::cout << '\n' << std::flush;
}

bool start(runtime::Engine& engine, Result<runtime::App> app, const Settings& settings,
           log::Log& log) {
  auto name = app ? app->name : std::string();
  const auto started = [&]() -> Result<> { return engine.start_app(TRY(std::move(app))); }();
  if (started) {
    tell_address(name, settings.http);
    return true;
  }
  for (const auto reason : split(started.error().message(), '\n')) {
    log.write({.level = log::Level::Error, .app = name, .message = reason});
  }
  return false;
}

}  // namespace

std::vector<Result<runtime::App>> read_apps(const std::vector<std::filesystem::path>& directories,
                                            const Settings& settings) {
  std::vector<Result<runtime::App>> apps;
  apps.reserve(directories.size());
  for (const auto& directory : directories) {
    apps.push_back(package::read_app(directory, settings.engine.call_limits,
                                     settings.engine.compiler.limits.component));
  }
  return apps;
}

int run(runtime::Engine& engine, std::vector<Result<runtime::App>> apps, const Settings& settings,
        log::Log& log) {
  // While a component compiles, nothing but the end of the process interrupts that; the cache
  // outlives it.
  std::atomic<int> hurry = 0;
  std::atomic<bool> starting = true;
  const Signals signals([&] { engine.request(kClean); },
                        [&] {
                          if (starting || ++hurry > 1) std::_Exit(kKilled);
                          engine.stop_now();
                        });
  std::size_t running = 0;
  for (auto& app : apps) {
    if (signals.received()) break;
    running += start(engine, std::move(app), settings, log) ? 1 : 0;
  }
  starting = false;
  const bool failed = running == 0 && !signals.received();
  if (failed) log.write({.level = log::Level::Error, .message = "no app runs"});
  const int code = failed ? kFailed : engine.wait();
  log.write({.message = concat("stopping with exit code ", code)});
  engine.stop();
  return code;
}

}  // namespace hermes::cli
