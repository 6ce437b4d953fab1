#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "cli/settings.h"
#include "runtime/extension.h"
#include "wasm/compiler.h"

namespace hermes::cli {

/// What `hermes inspect` tells of a component.
struct Inspection {
  std::string text;
  bool runs = true;  // Whether this engine can run it.
};

/// Compiles the component and tries to link it with the extensions, of which none is started.
Result<Inspection> inspect(const std::filesystem::path& file, const Settings& settings,
                           std::span<const std::unique_ptr<runtime::Extension>> extensions,
                           log::Log& log);

/// The same of what was compiled, with why it cannot be linked, a line each; none if it can.
std::string describe(const wasm::ComponentInterface& interface,
                     const std::vector<std::string>& reasons, const runtime::CallLimits& limits);

}  // namespace hermes::cli
