#pragma once

#include <CLI/CLI.hpp>

#include "cli/ipfs_options.h"

namespace hermes::cli {

/// Adds `ipfs` with its commands to a command line, which fills `options`.
CLI::App* add_ipfs(CLI::App& app, IpfsOptions& options);

}  // namespace hermes::cli
