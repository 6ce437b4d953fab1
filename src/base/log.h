#pragma once

// Structured log records, from the engine and from apps alike.
//
//   log.write({.level = Level::Warn, .component = "cron", .app = app, .message = "…"});

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace hermes::log {

/// In the order of hermes:logging/api.level, which is not that of weight: see `weight`.
enum class Level : std::uint8_t { Debug, Trace, Info, Warn, Error };

/// 0 for Trace, then Debug, Info, Warn and Error.
int weight(Level level);
std::string_view name(Level level);
std::optional<Level> parse_level(std::string_view text);

/// One record. The views are read before `write` returns.
struct Record {
  Level level = Level::Info;
  bool guest = false;  // The app itself speaks, and its own minimum level has let it pass.
  std::string_view component = "engine";  // The part of the engine, or the extension, that speaks.
  std::string_view app = {};              // Empty where no app is concerned; likewise below.
  std::string_view module = {};
  std::string_view event = {};
  std::optional<std::uint64_t> execution = std::nullopt;
  std::optional<std::string_view> context = std::nullopt;
  std::optional<std::string_view> file = std::nullopt;
  std::optional<std::string_view> function = std::nullopt;
  std::optional<std::uint32_t> line = std::nullopt;
  std::optional<std::uint32_t> column = std::nullopt;
  std::string_view message = {};
  std::optional<std::string_view> data = std::nullopt;  // JSON, or any text.
};

/// Where records go. Thread-safe; never waits for a disk or a terminal.
class Log {
 public:
  virtual ~Log() = default;
  virtual void write(const Record& record) = 0;
};

}  // namespace hermes::log
