#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <utility>
#include <vector>

#include "runtime/app.h"

namespace hermes::runtime {

/// What an extension keeps for each app that runs, from app_started to app_stopped. Thread-safe;
/// finding one never waits for the work on another.
template <typename T>
class PerApp {
 public:
  /// Null for an app that has none.
  std::shared_ptr<T> find(const AppId& app) const {
    std::shared_lock lock(mutex_);
    const auto found = apps_.find(app);
    return found == apps_.end() ? nullptr : found->second;
  }

  void set(const AppId& app, std::shared_ptr<T> state) {
    std::unique_lock lock(mutex_);
    apps_[app].swap(state);
  }

  /// Whoever has found it before keeps it until they let go.
  void remove(const AppId& app) {
    std::shared_ptr<T> removed;  // Destroyed without the lock.
    std::unique_lock lock(mutex_);
    if (const auto found = apps_.find(app); found != apps_.end()) {
      removed = std::move(found->second);
      apps_.erase(found);
    }
    lock.unlock();
  }

  std::vector<std::pair<AppId, std::shared_ptr<T>>> all() const {
    std::shared_lock lock(mutex_);
    return {apps_.begin(), apps_.end()};
  }

 private:
  mutable std::shared_mutex mutex_;
  std::map<AppId, std::shared_ptr<T>> apps_;
};

}  // namespace hermes::runtime
