#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/app.h"
#include "runtime/event.h"
#include "runtime/executor.h"

namespace hermes::runtime {

/// A module that is ready to be called. What it handles is known before any instance exists.
struct Module {
  ModuleId id;
  std::vector<std::string> handlers;                     // Exports, sorted.
  std::vector<std::string> imports = {};                 // Of functions, without versions of WASI.
  std::vector<std::shared_ptr<const Program>> programs;  // One for each worker.

  // Counts its calls since the app started, over all generations that have it.
  std::shared_ptr<std::atomic<std::uint64_t>> executions =
      std::make_shared<std::atomic<std::uint64_t>>(0);

  bool handles(std::string_view handler) const;
};

/// One loaded version of an app. Never changes. The calls that it has begun hold it.
struct Generation {
  std::shared_ptr<const App> app;
  std::vector<Module> modules;  // In the order of the manifest.

  /// Null if there is none.
  const Module* find_module(const ModuleId& id) const;

  /// The modules that an event goes to, appended to `found`.
  void find_modules(const Event& event, std::vector<const Module*>& found) const;
};

}  // namespace hermes::runtime
