#include "runtime/usage.h"

#include "runtime/running_app.h"
#include "runtime/scheduler.h"

namespace hermes::runtime {

// The failures are read first, so that whatever was counted before them is seen.

std::optional<AppUsage> Usage::of(const AppId& id) const {
  const auto app = scheduler_.apps().find(id);
  if (!app) return std::nullopt;
  const auto failures = app->failures().read();
  return AppUsage{.generation = app->generation()->app->generation,
                  .cpu = app->cpu_used(),
                  .calls = app->calls(),
                  .events = app->pending(),
                  .failures = failures,
                  .breaches = breaches_.of(id)};
}

EngineUsage Usage::all() const {
  return gone_.with([&](const EngineUsage& gone) {
    auto usage = gone;
    for (const auto& app : scheduler_.apps().all()) {
      usage.failures += app->failures().read();
      usage.cpu += app->cpu_used();
      usage.calls += app->calls();
      usage.events += app->pending();
    }
    usage.breaches = breaches_.all();
    return usage;
  });
}

void Usage::remove(RunningApp& app) {
  gone_.with([&](EngineUsage& gone) {
    gone.failures += app.failures().read();
    gone.cpu += app.cpu_used();
    scheduler_.remove(app.id());
  });
}

}  // namespace hermes::runtime
