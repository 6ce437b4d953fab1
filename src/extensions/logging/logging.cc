#include "extensions/logging/logging.h"

#include <cstdint>
#include <optional>
#include <string_view>

#include "wit/hermes/logging.h"

namespace hermes::logging {
namespace {

using wit::logging::CallContext;
using Text = std::optional<std::string_view>;

log::Level level_of(wit::logging::Level level) {
  using From = wit::logging::Level;
  switch (level) {
    case From::Debug:
      return log::Level::Debug;
    case From::Trace:
      return log::Level::Trace;
    case From::Info:
      return log::Level::Info;
    case From::Warn:
      return log::Level::Warn;
    case From::Error:
      return log::Level::Error;
  }
  return log::Level::Error;
}

// Makes records of what apps say. How many there may be is for the log to say.
class Logging final : public runtime::Extension, public wit::logging::Api {
 public:
  explicit Logging(log::Log& log) : log_(log) {}

  std::string_view name() const override { return "logging"; }
  Result<> link(wasm::Linker& linker) override { return linker.provide<Api>(*this); }

  Result<> log(CallContext& call, wit::logging::Level guest_level, Text file, Text function,
               std::optional<std::uint32_t> line, std::optional<std::uint32_t> col, Text ctx,
               std::string_view msg, Text data) override {
    const auto level = level_of(guest_level);
    if (log::weight(level) < log::weight(call.generation().log_level)) return {};
    log_.write({.level = level,
                .guest = true,
                .component = "logging",
                .app = call.app(),
                .module = call.module(),
                .event = call.event(),
                .execution = call.execution(),
                .context = ctx,
                .file = file,
                .function = function,
                .line = line,
                .column = col,
                .message = msg,
                .data = data});
    return {};
  }

 private:
  log::Log& log_;
};

}  // namespace

std::unique_ptr<runtime::Extension> make(log::Log& log) {
  return std::make_unique<Logging>(log);
}

}  // namespace hermes::logging
