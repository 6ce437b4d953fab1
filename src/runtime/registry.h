#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/guarded.h"
#include "runtime/running_app.h"

namespace hermes::runtime {

/// The apps that run, by their ids. Thread-safe.
class Registry {
 public:
  /// Null if there is none.
  std::shared_ptr<RunningApp> find(const AppId& id) const {
    return apps_.with([&](const Apps& apps) {
      const auto app = apps.find(id);
      return app == apps.end() ? nullptr : app->second;
    });
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
    apps_.with([&](Apps& apps) { apps.emplace(app->id(), app); });
  }

  void remove(const AppId& id) {
    apps_.with([&](Apps& apps) { apps.erase(id); });
  }

 private:
  using Apps = std::unordered_map<AppId, std::shared_ptr<RunningApp>>;
  Guarded<Apps> apps_;
};

}  // namespace hermes::runtime
