#pragma once

#include <CLI/CLI.hpp>

#include "cli/ctl.h"

namespace hermes::cli {

/// Adds `ctl` and its commands to a command line, which fills `options`. Options of `ctl` itself
/// may also stand behind them.
CLI::App* add_ctl(CLI::App& app, CtlOptions& options);

/// Adds `remove` to the commands of `hermes app`, which is that of `ctl`.
void add_app_remove(CLI::App& group, CtlOptions& options);

}  // namespace hermes::cli
