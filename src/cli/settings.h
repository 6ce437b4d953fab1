#pragma once

// What can be set, from four places. What is nearer to the person who types wins:
//
//   a flag          --port 8080
//   the environment HERMES_PORT=8080
//   the file        [http] port = 8080      (--config FILE or HERMES_CONFIG)
//   the default     7878

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/log_meter.h"
#include "base/log_writer.h"
#include "base/result.h"
#include "extensions/cron/limits.h"
#include "extensions/http_gateway/options.h"
#include "extensions/ipfs/limits.h"
#include "extensions/kv_store/limits.h"
#include "extensions/sqlite/limits.h"
#include "extensions/wasi/limits.h"
#include "net/outbound.h"
#include "p2p/block_store.h"
#include "p2p/home_node.h"
#include "package/grants.h"
#include "runtime/engine.h"

namespace hermes::cli {

struct Setting;

/// A value as it stands in the configuration file.
using SettingValue = std::variant<std::int64_t, bool, std::string>;

/// Where the secrets of apps are: by the app's id, then by the name that its guests know.
using SecretPlaces = std::map<std::string, std::map<std::string, std::string>>;

struct Settings {
  runtime::EngineConfig engine;
  log::WriterOptions log;
  log::Limits log_limits;
  http_gateway::Options http;
  net::OutboundOptions outbound;
  cron::Limits cron;
  ipfs::Limits ipfs;
  kv_store::Limits kv_store;
  sqlite::Limits sqlite;
  wasi::Limits wasi;
  p2p::BlockStoreOptions blocks;
  p2p::HomeNodeSettings p2p;
  bool p2p_off = false;     // There is no node.
  bool allow_root = false;  // To run apps as root.
  // Of the file alone.
  SecretPlaces secrets;
  package::GrantsOfApps grants;

  std::map<const Setting*, SettingValue> given = {};  // All that is not the default.
};

/// One thing that can be set.
struct Setting {
  struct Integer {
    std::int64_t min;
    std::int64_t max;
    void (*set)(Settings&, std::int64_t);
  };
  struct Boolean {
    void (*set)(Settings&, bool);
  };
  struct Text {
    std::string_view expected;                 // "text or json"
    bool (*set)(Settings&, std::string_view);  // False for what is not expected.
  };

  std::string_view table;  // Of the configuration file.
  std::string_view key;
  std::string_view flag;  // "port"; empty for what only the file sets.
  std::string_view help;
  std::variant<Integer, Boolean, Text> kind;
  bool is_live = false;  // Can change while the engine runs.

  /// "HERMES_PORT"; only what has a flag has one.
  std::string variable() const;

  /// "http.port"
  std::string name() const;
};

std::span<const Setting> all_settings();

/// The error says what was expected and what was found.
Result<> set(Settings& settings, const Setting& setting, const SettingValue& value);

/// The same from text, as a flag or the environment has it.
Result<> set_from_text(Settings& settings, const Setting& setting, std::string_view text);

using Environment = std::map<std::string, std::string, std::less<>>;

/// Applies the variables of all settings.
Result<> set_from_environment(Settings& settings, const Environment& environment);

/// What follows from other settings and from the process: who compiles, and the home directory, if
/// none was set.
Result<> complete(Settings& settings, const Environment& environment);

}  // namespace hermes::cli
