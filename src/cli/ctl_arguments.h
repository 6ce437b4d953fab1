#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "cli/ctl.h"

namespace hermes::cli {

/// Adds `ctl` and its commands to a command line, which fills `options`. Options of `ctl` itself
/// may also stand behind them.
CLI::App* add_ctl(CLI::App& app, CtlOptions& options);

}  // namespace hermes::cli
