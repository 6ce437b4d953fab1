#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"
#include "package/manifest.h"
#include "package/module_manifest.h"
#include "package/package.h"
#include "package/package_writer.h"

namespace hermes::package {

/// Whether a module's `component` in a manifest of an app names a package of a module.
bool is_module_package(std::string_view path);

/// Makes a package of the module in a directory: of its module.json, its component
/// and the files that it shares.
Result<Packaged> package_module(const std::filesystem::path& directory,
                                const std::filesystem::path& output, std::size_t component_bytes);

/// A module out of its package, every file of which is as its digest tells.
struct PackagedModule {
  ModuleManifest manifest;
  std::string component;
};
Result<PackagedModule> read_module(const Package& package, std::size_t component_bytes);

/// Fails unless the configuration that an app gives a module is as the module wants it: of its own
/// author, or of the module's where the app gives none.
Result<> check_config(const Manifest::Module& module, const ModuleManifest& manifest);

/// The package in these bytes.
Result<Package> open_package(std::string_view bytes);

}  // namespace hermes::package
