#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "base/guarded.h"
#include "runtime/running_app.h"

namespace hermes::runtime {

/// The apps that run, by their ids. Thread-safe.
class Registry {
 public:
  /// Null if there is none. Takes no lock while the apps are the same as before: every event asks,
  /// on every worker.
  std::shared_ptr<RunningApp> find(const AppId& id) const {
    const auto& seen = look();
    const auto app = seen.find(id);
    return app == seen.end() ? nullptr : app->second.lock();
  }

  std::vector<std::shared_ptr<RunningApp>> all() const {
    return apps_.with([](const Apps& apps) {
      std::vector<std::shared_ptr<RunningApp>> all;
      for (const auto& [id, app] : apps) all.push_back(app);
      return all;
    });
  }

  std::size_t size() const {
    return apps_.with([](const Apps& apps) { return apps.size(); });
  }

  void add(std::shared_ptr<RunningApp> app) {
    apps_.with([&](Apps& apps) {
      apps.emplace(app->id(), app);
      number_ = ++last_number;
    });
  }

  void remove(const AppId& id) {
    apps_.with([&](Apps& apps) {
      apps.erase(id);
      number_ = ++last_number;
    });
  }

 private:
  using Apps = std::unordered_map<AppId, std::shared_ptr<RunningApp>>;
  using Seen = std::unordered_map<AppId, std::weak_ptr<RunningApp>>;

  // The apps as this thread saw them last, looked at again if they have changed since.
  const Seen& look() const {
    thread_local std::uint64_t seen_number = 0;
    thread_local Seen seen;
    if (seen_number != number_.load()) {
      apps_.with([&](const Apps& apps) {
        seen = Seen(apps.begin(), apps.end());
        seen_number = number_.load();
      });
    }
    return seen;
  }

  // Each state of each registry has a number of its own.
  static inline std::atomic<std::uint64_t> last_number{0};

  Guarded<Apps> apps_;
  std::atomic<std::uint64_t> number_{++last_number};  // Changes under the lock.
};

}  // namespace hermes::runtime
