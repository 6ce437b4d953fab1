#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "base/result.h"
#include "package/manifest.h"
#include "runtime/app.h"
#include "vfs/directory.h"

namespace hermes::package {

/// What an app's directory is beside others.
struct Surroundings {
  /// The engine's, where packages of modules that share files are unpacked. Without one, there can
  /// be none.
  std::filesystem::path home = {};
  /// Of the files of a directory in the engine's store, where nobody writes any more; null for any
  /// other directory.
  const vfs::Digests* digests = nullptr;
};

/// The app in a directory, where app.json is its manifest. Its id is "local:<name>". A component
/// has `component_bytes` at most. It has all the permissions and names that its manifest asks for
/// (grants.h).
///
/// Every path of the manifest stays inside the directory, whatever links are there.
Result<runtime::App> read_app(const std::filesystem::path& directory,
                              const runtime::CallLimits& allowed, std::size_t component_bytes,
                              const Surroundings& surroundings = {});

/// What app.json in the directory says.
Result<Manifest> read_manifest(const std::filesystem::path& directory,
                               const runtime::CallLimits& allowed);

/// A component at a path inside the directory, of `component_bytes` at most.
Result<std::string> read_component(const std::filesystem::path& directory, const std::string& path,
                                   std::size_t component_bytes);

/// A component from a file, of `component_bytes` at most.
Result<std::string> read_component(const std::filesystem::path& file, std::size_t component_bytes);

}  // namespace hermes::package
