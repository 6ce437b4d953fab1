#pragma once

#include <string>
#include <vector>

#include "base/guarded.h"
#include "base/json.h"
#include "base/recent_log.h"
#include "base/time.h"
#include "cli/apps.h"
#include "cli/node_commands.h"
#include "cli/reconfiguration.h"
#include "cli/settings.h"
#include "control/server.h"
#include "runtime/engine.h"

namespace hermes::cli {

/// What an engine that serves does when it is asked by its control socket; docs/formats/control.md.
class Commands final : public control::Handler {
 public:
  /// All of it outlives the object.
  struct Needs {
    runtime::Engine& engine;
    Apps& apps;
    const Settings& settings;
    Reconfiguration& reconfiguration;
    log::RecentLog& recent_log;
    Clock& clock;
    p2p::HomeNode* node;           // Null: there is none.
    p2p::ContentFetcher* content;  // Null: there is no content of IPFS.
  };

  explicit Commands(const Needs& needs);

  void handle(std::string request, control::Client client) override;

 private:
  using Request = json::Document;
  using Action = Result<AppState> (Apps::*)(std::string_view);

  Result<> answer(const Request& request, control::Client& client);
  Result<> load(const Request& request, control::Client& client);
  Result<> change(const Request& request, control::Client& client, Action action);
  Result<> stop(const Request& request, control::Client& client);
  Result<> remove(const Request& request, control::Client& client);
  Result<std::string> remove(const std::string& app, bool purge);
  Result<> logs(const Request& request, control::Client& client);
  Result<> reload_config(const Request& request, control::Client& client);
  std::string list() const;
  std::string status() const;
  std::string describe(const AppState& app, bool with_usage) const;
  void perform(control::Client client, UniqueFunction<Result<AppState>()> task);

  runtime::Engine& engine_;
  Apps& apps_;
  const Settings& settings_;  // Of which those that are live are not read here.
  Reconfiguration& reconfiguration_;
  log::RecentLog& recent_log_;
  Clock& clock_;
  const NodeCommands node_;
  const Now start_;
  Guarded<std::vector<control::Client>> waiting_;  // For the end of the engine.
};

}  // namespace hermes::cli
