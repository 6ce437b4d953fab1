#pragma once

#include <filesystem>
#include <vector>

#include "base/result.h"
#include "cli/settings.h"
#include "runtime/app.h"

namespace hermes::cli {

/// The throw-away app "playground", of which each component is a module. It may end the engine.
/// A module is called as its file; where two files have one name, "name-2", "name-3" ….
Result<runtime::App> playground_app(const std::vector<std::filesystem::path>& components,
                                    const Settings& settings);

}  // namespace hermes::cli
