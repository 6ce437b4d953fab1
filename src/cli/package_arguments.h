#pragma once

#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/arguments.h"
#include "cli/package_options.h"

namespace hermes::cli {

/// Adds `app`, `key` and `trust` with their commands to a command line, which fills `options`.
/// Options of a group may also stand behind its commands.
std::vector<std::pair<Command, CLI::App*>> add_package_groups(CLI::App& app,
                                                              PackageOptions& options);

}  // namespace hermes::cli
