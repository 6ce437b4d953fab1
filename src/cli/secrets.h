#pragma once

// Secrets of apps, of which the configuration says where they are, but not what:
//
//   [secrets."local:board"]
//   API_KEY = "file:/etc/hermes/board.key"
//   DB_PASSWORD = "env:BOARD_DB_PASSWORD"
//   MAIL_PASSWORD = "credential:board-mail"     of systemd, LoadCredential=board-mail:…
//
// An app's guests see them as variables of their environment. They are read when the app is loaded,
// and nowhere logged or shown; errors name them, and never hold their values.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "cli/settings.h"
#include "extensions/wasi/secrets.h"

namespace hermes::cli {

/// Reads them where the settings say. Used by the thread of the engine's functions.
class Secrets final : public wasi::Secrets {
 public:
  /// `environment` is that of the process.
  Secrets(SecretPlaces places, Environment environment)
      : places_(std::move(places)), environment_(std::move(environment)) {}

  /// From the next start or change of an app on.
  void set(SecretPlaces places) { places_ = std::move(places); }

  Result<std::vector<std::pair<std::string, std::string>>> of(const runtime::AppId& app) override;

 private:
  Result<std::string> read(std::string_view place) const;

  SecretPlaces places_;
  const Environment environment_;
};

/// Whether a place is one: "env:NAME", "file:/absolute/path" or "credential:NAME".
bool is_secret_place(std::string_view place);

}  // namespace hermes::cli
