#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>

#include "base/guarded.h"
#include "runtime/app.h"

namespace hermes::ipfs {

/// What the node can do at a time has an end. Each app has a share of it, so that none that asks
/// for much leaves nothing to the others. Thread-safe.
class Shares {
 public:
  explicit Shares(std::size_t of_app) : of_app_(of_app) {}

  /// Given back when the last copy goes, which may outlive this.
  using Share = std::shared_ptr<const void>;

  /// Null where the app has not so much left.
  Share take(const runtime::AppId& app, std::size_t count) {
    const bool is_there = taken_->with([&](Taken& taken) {
      const auto found = taken.find(app);
      const auto before = found == taken.end() ? 0 : found->second;
      if (count > of_app_ - before) return false;
      if (count > 0) taken[app] = before + count;
      return true;
    });
    if (!is_there) return nullptr;
    return {this, [taken = taken_, app, count](const void*) { give_back(*taken, app, count); }};
  }

 private:
  using Taken = std::map<runtime::AppId, std::size_t, std::less<>>;

  static void give_back(Guarded<Taken>& all, const runtime::AppId& app, std::size_t count) {
    all.with([&](Taken& taken) {
      const auto found = taken.find(app);
      if (found != taken.end() && (found->second -= count) == 0) taken.erase(found);
    });
  }

  const std::size_t of_app_;
  const std::shared_ptr<Guarded<Taken>> taken_ = std::make_shared<Guarded<Taken>>();
};

}  // namespace hermes::ipfs
