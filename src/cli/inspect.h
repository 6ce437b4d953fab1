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
  wasm::ComponentInterface interface;
  std::vector<std::string> reasons;  // Why this engine cannot run it, a line each; none if it can.
  runtime::CallLimits limits;        // Of its calls.
};

/// Compiles the component and tries to link it with the extensions, of which none is started.
Result<Inspection> inspect(const std::filesystem::path& file, const Settings& settings,
                           std::span<const std::unique_ptr<runtime::Extension>> extensions,
                           log::Log& log);

std::string text_of(const Inspection& inspection);
/// One line.
std::string json_of(const Inspection& inspection);

}  // namespace hermes::cli
