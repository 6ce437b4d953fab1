#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/log_writer.h"
#include "base/result.h"
#include "cli/arguments.h"
#include "cli/secrets.h"
#include "cli/settings.h"
#include "net/server_certificates.h"
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
                  Secrets& secrets, log::Writer& log,
                  std::shared_ptr<net::ServerCertificates> certificates)
      : invocation_(invocation),
        settings_(settings),
        engine_(engine),
        secrets_(secrets),
        log_(log),
        certificates_(std::move(certificates)) {}

  /// After an error nothing has changed. What happens is logged, too.
  Result<ChangedSettings> reread();

 private:
  Result<ChangedSettings> apply();

  const Invocation& invocation_;
  Settings& settings_;
  runtime::Engine& engine_;
  Secrets& secrets_;
  log::Writer& log_;
  const std::shared_ptr<net::ServerCertificates> certificates_;  // Null where no TLS is served.
};

}  // namespace hermes::cli
