#pragma once

#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "cli/settings.h"
#include "runtime/app.h"
#include "runtime/engine.h"

namespace hermes::cli {

/// The apps of these directories. What is wrong with one does not concern the others, and is an
/// error in its place.
std::vector<Result<runtime::App>> read_apps(const std::vector<std::filesystem::path>& directories,
                                            const Settings& settings);

/// Starts apps in an engine that has started, tells their addresses on standard output, and serves
/// until an app or a signal ends it. Returns the exit code. An app that fails is logged, and the
/// others run on; it ends with kFailed when none runs. Signals are blocked (block_signals).
int run(runtime::Engine& engine, std::vector<Result<runtime::App>> apps, const Settings& settings,
        log::Log& log);

}  // namespace hermes::cli
