#pragma once

#include <cstddef>
#include <filesystem>

#include "base/result.h"
#include "package/manifest.h"
#include "package/package_writer.h"
#include "runtime/limits.h"

namespace hermes::package {

/// Makes a package of the app in a directory: of its manifest, and of what that names.
Result<Packaged> package_app(const std::filesystem::path& directory,
                             const std::filesystem::path& output,
                             const runtime::CallLimits& allowed, std::size_t component_bytes,
                             Progress progress = {});

/// The text of the manifest with other paths of its components, in the order of the modules, each
/// of which then tells its id.
std::string with_components(const Manifest& manifest, const std::vector<std::string>& paths);

}  // namespace hermes::package
