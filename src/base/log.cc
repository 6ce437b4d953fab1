#include "base/log.h"

namespace hermes::log {

int weight(Level level) {
  switch (level) {
    case Level::Trace:
      return 0;
    case Level::Debug:
      return 1;
    case Level::Info:
      return 2;
    case Level::Warn:
      return 3;
    case Level::Error:
      return 4;
  }
  return 4;
}

std::string_view name(Level level) {
  switch (level) {
    case Level::Trace:
      return "trace";
    case Level::Debug:
      return "debug";
    case Level::Info:
      return "info";
    case Level::Warn:
      return "warn";
    case Level::Error:
      return "error";
  }
  return "error";
}

std::optional<Level> parse_level(std::string_view text) {
  for (const auto level : {Level::Trace, Level::Debug, Level::Info, Level::Warn, Level::Error}) {
    if (text == name(level)) return level;
  }
  return std::nullopt;
}

}  // namespace hermes::log
