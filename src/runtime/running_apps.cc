#include "runtime/running_apps.h"

#include <algorithm>
#include <cstdint>
#include <ranges>
#include <string>
#include <utility>

#include "base/strings.h"
#include "runtime/opening.h"

namespace hermes::runtime {
namespace {

using namespace std::chrono_literals;

// Beyond what the calls of its start may take.
constexpr auto kStartPatience = 10s;

// A cancelled call ends within a slice, unless a host function holds its worker.
constexpr auto kCancelPatience = 5s;

}  // namespace

Result<> RunningApps::start(App app, const CallLimits& most) {
  if (scheduler_.apps().find(app.id)) {
    return Error(Code::InvalidArgument,
                 concat("an app named '", name_of(app), "' is already running"));
  }
  const auto name = concat("app '", name_of(app), "'");
  auto generation = TRY(loader_.load(std::move(app), most, !apps_.empty()).context(name));
  AppAndFollowers running{scheduler_.add(std::move(generation)), {}};
  if (auto opened = open(running); !opened) {
    cancel({&running, 1});
    return std::move(opened).context(name);
  }
  apps_.push_back(std::move(running));
  return {};
}

RunningApps::AppAndFollowers* RunningApps::find(const AppId& id) {
  const auto found = std::ranges::find(apps_, id, [](auto& running) { return running.app->id(); });
  return found == apps_.end() ? nullptr : &*found;
}

Result<> RunningApps::open(AppAndFollowers& running) {
  const auto generation = running.app->generation();
  const auto& app = *generation->app;
  for (auto* extension : extensions_) {
    TRY(extension->app_started(app).context(extension->name()));
    running.told.push_back(extension);
  }
  TRY(open(app));
  scheduler_.open(*running.app);
  return {};
}

Result<> RunningApps::open(const App& app) {
  Opening opening(gate_);
  for (auto* extension : extensions_) extension->app_opening(app, opening.ask(extension->name()));
  const auto calls = static_cast<std::int64_t>(app.modules.size());
  return opening.wait_until(gate_.now() + calls * app.limits.wall + kStartPatience);
}

Result<> RunningApps::update(App app, const CallLimits& most) {
  auto* running = find(app.id);
  if (running == nullptr) {
    return Error(Code::NotFound, concat("no app '", name_of(app), "' is running"));
  }
  const auto name = concat("app '", name_of(app), "'");
  return update(*running, std::move(app), most).context(name);
}

Result<> RunningApps::update(AppAndFollowers& running, App app, const CallLimits& most) {
  auto before = running.app->generation();
  app.generation = before->app->generation + 1;
  const auto after = TRY(loader_.load(std::move(app), most, true, before.get()));
  running.app->set_next(after);
  auto opened = open(*after->app);
  if (opened) {
    running.app->pause();
    opened = change(running.told, *before->app, *after->app);
    if (opened) running.app->switch_to_next();
    scheduler_.open(*running.app);
  }
  if (!opened) {
    running.app->set_next(nullptr);
    return opened;
  }
  wait_for_last_of(std::move(before));
  return {};
}

// All of them, or none.
Result<> RunningApps::change(std::span<Extension* const> told, const App& before,
                             const App& after) {
  for (std::size_t i = 0; i < told.size(); ++i) {
    auto changed = told[i]->app_changed(before, after).context(told[i]->name());
    if (changed) continue;
    for (auto* extension : told.first(i) | std::views::reverse) {
      const auto back = extension->app_changed(after, before);
      if (back) continue;
      log_.write({.level = log::Level::Error,
                  .app = before.id,
                  .message = concat(extension->name(), " does not take the generation back: ",
                                    back.error().message())});
    }
    return changed;
  }
  return {};
}

void RunningApps::wait_for_last_of(std::shared_ptr<const Generation> old) {
  const auto app = std::exchange(old, nullptr)->app;
  const auto due = gate_.now() + app->limits.wall + kCancelPatience;
  const auto is_over = [&] {
    return requests_.is_in_a_hurry() || requests_.code() || loader_.alive() == apps_.size();
  };
  if (gate_.wait_until(due, is_over)) return;
  log_.write({.level = log::Level::Error,
              .app = app->id,
              .message = "a call of the old generation does not end: a host function holds it"});
}

Result<> RunningApps::stop(const AppId& id, std::chrono::nanoseconds grace) {
  auto* found = find(id);
  if (found == nullptr) return Error(Code::NotFound, concat("no app '", id, "' is running"));
  auto running = std::move(*found);
  apps_.erase(apps_.begin() + (found - apps_.data()));
  running.app->drain();
  wait_until_idle({&running.app, 1}, gate_.now() + grace);
  cancel({&running, 1});
  return {};
}

void RunningApps::stop_all(std::chrono::nanoseconds grace) {
  std::vector<std::shared_ptr<RunningApp>> apps;
  for (const auto& running : apps_) apps.push_back(running.app);
  if (!wait_until_idle(apps, gate_.now() + grace)) {
    log_.write({.level = log::Level::Warn,
                .message = "the grace period is over: what still runs is cancelled"});
  }
  cancel(apps_);
  apps_.clear();
}

bool RunningApps::wait_until_idle(std::span<const std::shared_ptr<RunningApp>> apps,
                                  MonotonicTime due) {
  for (const auto& app : apps) app->watch();
  const auto all_idle = [&] {
    return std::ranges::all_of(apps, [](const auto& app) { return app->idle(); });
  };
  gate_.wait_until(due, [&] { return requests_.is_in_a_hurry() || all_idle(); });
  return all_idle();
}

// Ends what the apps still have to do, and then the apps.
void RunningApps::cancel(std::span<AppAndFollowers> running) {
  for (auto& [app, told] : running) scheduler_.cancel(app);
  for (auto& [app, told] : running | std::views::reverse) {
    app->watch();
    // To go on without it would be to take away what it uses.
    while (!gate_.wait_until(gate_.now() + kCancelPatience, [&] { return app->idle(); })) {
      log_.write({.level = log::Level::Error,
                  .app = app->id(),
                  .message = "a call was cancelled and does not end: a host function holds it"});
    }
    for (auto* extension : told | std::views::reverse) extension->app_stopped(app->id());
    tell_failures(*app);
    tell_breaches(*app);
    usage_.remove(*app);
  }
}

void RunningApps::tell_failures(RunningApp& app) const {
  const auto failures = app.failures().read();
  if (failures == CallFailures{.cancelled = failures.cancelled}) return;  // As stopping does.
  log_.write(
      {.app = app.id(),
       .message = concat("of its calls, ", failures.trapped, " trapped, ", failures.out_of_memory,
                         " were out of memory, ", failures.out_of_time, " out of time, ",
                         failures.cancelled, " were cancelled")});
}

void RunningApps::tell_breaches(const RunningApp& app) const {
  const auto met = scheduler_.crew().breaches().of(app.id());
  std::string counts;
  for (std::size_t number = 0; number < met.size(); ++number) {
    if (met[number] == 0) continue;
    counts += concat(counts.empty() ? "" : ", ", name(static_cast<Limit>(number)), " ", met[number],
                     " times");
  }
  if (counts.empty()) return;
  log_.write({.app = app.id(), .message = concat("it met its limits: ", counts)});
}

}  // namespace hermes::runtime
