#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/guarded.h"
#include "base/log.h"
#include "base/recent_log.h"
#include "base/result.h"
#include "base/time.h"
#include "cli/settings.h"
#include "runtime/app.h"
#include "runtime/engine.h"

namespace hermes::cli {

/// Where an app is read from: a package or a directory.
struct AppSource {
  std::filesystem::path path;  // Empty if from no one place.
  bool untrusted = false;      // Whoever started it answers for it.
};

/// An app of an engine that serves, as a person sees it.
struct AppState {
  runtime::AppId id;
  std::string name;
  std::string version;
  std::uint64_t generation = 1;
  AppSource source;
  std::set<std::string> hostnames = {};  // Beside those of its name.
  runtime::Denied denied = {};           // What it asks for and does not get.
  std::string_view phase = "starting";   // Then running, changing, stopping.
};

/// Where a browser finds it: "http://board.localhost:7878/". Empty for a port that is any.
std::string url_of(std::string_view name, const http_gateway::Options& http);

/// Which apps run, and where each came from. What changes them is called from the thread of the
/// engine's functions, `all` and `find` from any.
class Apps {
 public:
  /// What is passed outlives it.
  Apps(runtime::Engine& engine, const Settings& settings, Clock& clock, log::Log& log,
       log::RecentLog& recent_log)
      : engine_(engine), settings_(settings), clock_(clock), log_(log), recent_log_(recent_log) {}

  /// Starts the app. That one of its id runs is an error.
  Result<AppState> add(runtime::App app, const AppSource& source);
  Result<AppState> add(const AppSource& source);

  /// Starts the app at the path; where one of its id runs, it takes over from that. After an error
  /// everything is as it was.
  Result<AppState> load(const std::filesystem::path& path);

  /// The same from where the app came from, which may have changed since.
  Result<AppState> reload(std::string_view app);

  Result<AppState> unload(std::string_view app);

  std::vector<AppState> all() const;

  /// By id or name.
  Result<AppState> find(std::string_view app) const;

 private:
  Result<runtime::App> read(const AppSource& source) const;
  Result<> check_names(const AppState& state) const;
  void tell_denied(const runtime::App& app);
  Result<AppState> load(runtime::App app, const AppSource& source);
  Result<AppState> start(runtime::App app, const AppState& state);
  Result<AppState> update(runtime::App app, const AppState& state, const AppState& before);
  void put(const AppState& state);
  void remove(const runtime::AppId& id);

  runtime::Engine& engine_;
  const Settings& settings_;
  Clock& clock_;
  log::Log& log_;
  log::RecentLog& recent_log_;
  Guarded<std::vector<AppState>> apps_;
};

}  // namespace hermes::cli
