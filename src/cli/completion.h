#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace hermes::cli {

/// A script for bash that completes the commands and options of this command line, as it is
/// defined.
std::string bash_completion(const CLI::App& app);

}  // namespace hermes::cli
