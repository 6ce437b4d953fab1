#pragma once

#include <string>
#include <vector>

#include "base/guarded.h"
#include "base/json.h"
#include "base/time.h"
#include "cli/apps.h"
#include "cli/settings.h"
#include "control/server.h"
#include "runtime/engine.h"

namespace hermes::cli {

/// What an engine that serves does when it is asked by its control socket; docs/formats/control.md.
class Commands final : public control::Handler {
 public:
  /// What is passed outlives it.
  Commands(runtime::Engine& engine, Apps& apps, const Settings& settings, Clock& clock);

  void handle(std::string request, control::Client client) override;

 private:
  using Request = json::Document;
  using Action = Result<AppState> (Apps::*)(std::string_view);

  Result<> answer(const Request& request, control::Client& client);
  Result<> load(const Request& request, control::Client& client);
  Result<> change(const Request& request, control::Client& client, Action action);
  Result<> stop(const Request& request, control::Client& client);
  std::string list() const;
  std::string status() const;
  std::string describe(const AppState& app, bool with_usage) const;
  void perform(control::Client client, UniqueFunction<Result<AppState>()> task);

  runtime::Engine& engine_;
  Apps& apps_;
  const Settings& settings_;
  Clock& clock_;
  const Now start_;
  Guarded<std::vector<control::Client>> waiting_;  // For the end of the engine.
};

}  // namespace hermes::cli
