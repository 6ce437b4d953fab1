#pragma once

#include <filesystem>

#include "base/result.h"
#include "runtime/app.h"

namespace hermes::package {

/// The app in a directory, where app.json is its manifest. Its id is "local:<name>".
///
/// Every path of the manifest stays inside the directory, whatever links are there.
Result<runtime::App> read_app(const std::filesystem::path& directory,
                              const runtime::CallLimits& allowed);

/// A component from a file, of 64 MiB at most.
Result<std::string> read_component(const std::filesystem::path& file);

}  // namespace hermes::package
