#include "cli/reconfiguration.h"

#include <string_view>
#include <variant>

#include "base/strings.h"
#include "io/service_manager.h"

namespace hermes::cli {
namespace {

std::string_view trim_end(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  return text;
}

bool is_same(const Settings& a, const Settings& b, const Setting& setting) {
  const auto one = a.given.find(&setting);
  const auto other = b.given.find(&setting);
  if (one == a.given.end() || other == b.given.end()) {
    return one == a.given.end() && other == b.given.end();
  }
  return one->second == other->second;
}

// So that it counts as what is in effect.
void take_over(Settings& settings, const Settings& next, const Setting& setting) {
  settings.given.erase(&setting);
  const auto value = next.given.find(&setting);
  if (value != next.given.end()) settings.given.insert(*value);
}

std::string list(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += concat(text.empty() ? "" : ", ", name);
  return text;
}

}  // namespace

Result<ChangedSettings> Reconfiguration::reread() {
  io::tell_service_manager_of_reloading();
  engine_.reopen_logs();
  auto changes = apply();
  io::tell_service_manager("READY=1");
  if (!changes) {
    log_.write(
        {.level = log::Level::Error,
         .message = concat("the configuration stays as it was: ", changes.error().message())});
    return changes;
  }
  log_.write({.message = concat("the configuration was read: ", changes->changed.empty()
                                                                    ? "nothing has changed"
                                                                    : list(changes->changed))});
  if (!changes->need_restart.empty()) {
    log_.write({.level = log::Level::Warn,
                .message = concat("these settings need a restart: ", list(changes->need_restart))});
  }
  return changes;
}

Result<ChangedSettings> Reconfiguration::apply() {
  const auto parsed = parse(invocation_.arguments, invocation_.environment);
  if (const auto* farewell = std::get_if<Farewell>(&parsed)) {
    return Error(Code::InvalidArgument, std::string(trim_end(farewell->text)));
  }
  const auto& next = std::get<Invocation>(parsed).settings;
  ChangedSettings changes;
  if (certificates_ && next.http.certificates.empty()) {
    // TLS is served as long as the engine runs, so by those that it has.
    changes.need_restart.emplace_back("http.certificates");
  } else if (certificates_) {
    // The files may be others, under the same names. What is not valid leaves all as it was.
    const bool others = TRY(certificates_->reread(next.http.certificates));
    if (others) changes.changed.emplace_back("http.certificates");
  } else if (!next.http.certificates.empty()) {
    changes.need_restart.emplace_back("http.certificates");
  }
  for (const auto& setting : all_settings()) {
    if (is_same(settings_, next, setting)) continue;
    (setting.is_live ? changes.changed : changes.need_restart).push_back(setting.name());
    if (setting.is_live) take_over(settings_, next, setting);
  }
  if (next.secrets != settings_.secrets) {
    changes.changed.emplace_back("secrets");
    settings_.secrets = next.secrets;
    secrets_.set(next.secrets);
  }
  if (next.grants != settings_.grants) {
    changes.changed.emplace_back("apps");
    settings_.grants = next.grants;
  }
  const auto memory = settings_.engine.call_limits.memory;
  settings_.engine.call_limits = next.engine.call_limits;
  settings_.engine.call_limits.memory = memory;
  engine_.reconfigure(settings_.engine.call_limits, next.engine.grace);
  log_.set_minimum(next.log.minimum);
  return changes;
}

}  // namespace hermes::cli
