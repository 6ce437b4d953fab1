#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "runtime/app.h"
#include "runtime/backend.h"
#include "runtime/extension.h"
#include "runtime/gate.h"
#include "runtime/generation.h"
#include "runtime/limits.h"

namespace hermes::runtime {

/// What people call an app.
const std::string& name_of(const App& app);

/// Makes generations of apps: has their modules compiled and checked, and tells what they need and
/// do not have. For one thread, but for `alive`.
class AppLoader {
 public:
  /// All outlive it, and it outlives what it makes. `gate` opens for `alive`.
  AppLoader(Backend& backend, const std::vector<Extension*>& extensions, Gate& gate, log::Log& log)
      : backend_(backend), extensions_(extensions), gate_(gate), log_(log) {}

  /// With no more than the limits of `most`; without haste where the engine is `serving`. A module
  /// goes on counting its calls where the generation `before` has it, too; null: there is none. The
  /// error has a line for each reason.
  Result<std::shared_ptr<const Generation>> load(App app, const CallLimits& most, bool serving,
                                                 const Generation* before = nullptr);

  /// How many generations there are that it has made: one for each app, and old ones.
  std::size_t alive() const { return alive_; }

 private:
  std::shared_ptr<Generation> make_generation();
  LoadedModule load_module(const App& app, const ModuleSource& source, bool serving);
  void tell_needs(const App& app, const Module& module) const;

  Backend& backend_;
  const std::vector<Extension*>& extensions_;
  Gate& gate_;
  log::Log& log_;
  std::atomic<std::size_t> alive_{0};
};

}  // namespace hermes::runtime
