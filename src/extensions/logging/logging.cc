#include "extensions/logging/logging.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/strings.h"
#include "extensions/logging/meter.h"
#include "runtime/per_app.h"
#include "wit/hermes/logging.h"

namespace hermes::logging {
namespace {

using wit::logging::CallContext;
using Text = std::optional<std::string_view>;

constexpr auto kSummaryAfter = std::chrono::seconds(1);

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

// Makes records of what apps say. What was dropped is said at most once a second for each app.
class Logging final : public runtime::Extension, public wit::logging::Api {
 public:
  Logging(log::Log& log, Clock& clock, Limits limits)
      : log_(log), clock_(clock), limits_(limits), summary_(clock.alarm([this] { summarize(); })) {}

  std::string_view name() const override { return "logging"; }
  Result<> link(wasm::Linker& linker) override { return linker.provide<Api>(*this); }

  Result<> app_started(const runtime::App& app) override {
    meters_.set(app.id, std::make_shared<Meter>(limits_));
    return {};
  }
  void app_stopped(const runtime::AppId& app) override {
    if (const auto meter = meters_.find(app)) summarize(app, *meter);
    meters_.remove(app);
  }

  Result<> log(CallContext& call, wit::logging::Level guest_level, Text file, Text function,
               std::optional<std::uint32_t> line, std::optional<std::uint32_t> col, Text ctx,
               std::string_view msg, Text data) override {
    const auto level = level_of(guest_level);
    if (log::weight(level) < log::weight(call.generation().log_level)) return {};
    auto bytes = msg.size();
    for (const auto& text : {file, function, ctx, data}) bytes += text ? text->size() : 0;
    if (!admit(call.app(), bytes)) return {};
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
  bool admit(const runtime::AppId& app, std::size_t bytes) {
    const auto meter = meters_.find(app);
    if (!meter) return false;
    const auto now = clock_.now().monotonic;
    if (meter->admit(now, bytes)) return true;
    if (!summary_is_set_.exchange(true)) summary_->set(now + kSummaryAfter);
    return false;
  }

  void summarize() {
    summary_is_set_ = false;
    for (const auto& [app, meter] : meters_.all()) summarize(app, *meter);
  }

  void summarize(const runtime::AppId& app, Meter& meter) {
    const auto dropped = meter.take_dropped();
    if (dropped.total() == 0) return;
    const auto message =
        concat("dropped ", dropped.total(), " records of app '", app, "': ", dropped.too_many,
               " past ", limits_.records_per_second, " a second, ", dropped.too_long,
               " longer than ", limits_.bytes_per_record, " bytes");
    log_.write({.level = log::Level::Warn, .component = "logging", .app = app, .message = message});
  }

  log::Log& log_;
  Clock& clock_;
  const Limits limits_;
  runtime::PerApp<Meter> meters_;
  std::atomic<bool> summary_is_set_ = false;
  const std::unique_ptr<Alarm>
      summary_;  // Last, so that it rings into a whole object or not at all.
};

}  // namespace

std::unique_ptr<runtime::Extension> make(log::Log& log, Clock& clock, Limits limits) {
  return std::make_unique<Logging>(log, clock, limits);
}

}  // namespace hermes::logging
