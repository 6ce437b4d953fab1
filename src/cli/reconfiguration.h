#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/log_writer.h"
#include "base/result.h"
#include "cli/arguments.h"
#include "cli/secrets.h"
#include "cli/settings.h"
#include "runtime/engine.h"

namespace hermes::cli {

/// Which settings had another value than before: "log.level".
struct ChangedSettings {
  std::vector<std::string> changed;
  std::vector<std::string> need_restart;  // They stay as they were until then.
};

/// Reads the configuration again while the engine runs. Its functions are called from the thread of
/// the engine's functions.
class Reconfiguration {
 public:
  /// `settings` are those in effect, of which it sets the live ones. What is passed outlives it.
  Reconfiguration(const Invocation& invocation, Settings& settings, runtime::Engine& engine,
                  Secrets& secrets, log::Writer& log)
      : invocation_(invocation),
        settings_(settings),
        engine_(engine),
        secrets_(secrets),
        log_(log) {}

  /// After an error nothing has changed. What happens is logged, too.
  Result<ChangedSettings> reread();

 private:
  Result<ChangedSettings> apply();

  const Invocation& invocation_;
  Settings& settings_;
  runtime::Engine& engine_;
  Secrets& secrets_;
  log::Writer& log_;
};

}  // namespace hermes::cli
