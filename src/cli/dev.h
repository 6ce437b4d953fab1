#pragma once

#include "cli/arguments.h"

namespace hermes::cli {

/// `hermes dev`: builds the app in a directory by its own command, serves it in an engine beside
/// this process, whose log is on standard error, and does both again whenever a file of it changes.
/// What does not build or start leaves the version before running. Returns the exit code, once a
/// signal ends it.
int dev(const Invocation& invocation);

}  // namespace hermes::cli
