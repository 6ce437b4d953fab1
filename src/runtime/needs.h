#pragma once

// What an import needs its app to have, told when the app is loaded and not when it is first
// called:
//
//   module 'api' imports hermes:cron/api#add, hermes:cron/api#delay, which need the permission
//   'cron': the app asks for it and was not granted it; to grant it, write into the configuration:
//   [apps."board@91ab…"] permissions = ["cron"]

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/app.h"
#include "runtime/extension.h"

namespace hermes::runtime {

/// A permission that a module needs and its app does not have.
struct UnmetNeed {
  ModuleId module;
  std::vector<std::string> imports;  // That need it.
  std::string permission;            // As Need has it.
  bool is_asked_for;                 // By the manifest, and not granted.

  /// With what to do about it.
  std::string describe(const App& app) const;
};

/// All of one module. `imports` are those of its component, without versions.
std::vector<UnmetNeed> unmet_needs(const App& app, const ModuleId& module,
                                   std::span<const std::string> imports,
                                   std::span<const Need> needs);

}  // namespace hermes::runtime
