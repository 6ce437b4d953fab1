#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "package/package.h"
#include "package/signatures.h"
#include "runtime/app.h"

namespace hermes::package {

/// The directory of the trust store below the engine's home.
std::filesystem::path trust_directory(const std::filesystem::path& home);

struct LoadOptions {
  std::filesystem::path home;
  runtime::CallLimits allowed;
  std::size_t component_bytes;
  UtcTime now;
  bool untrusted = false;  // Whoever starts the engine answers for this app.
};

/// What an app in a package is known by, whatever its version: its name and the digest of its first
/// author's certificate, from whom `hand_overs` lead to the author of today; or "unsigned:<name>".
Result<runtime::AppId> id_of(const std::string& name, std::string_view hand_overs,
                             const std::vector<Signer>& signers, const Trust& trust);

/// The app in a package file. It is unpacked into the engine's store, and read from there.
Result<runtime::App> load_app(const std::filesystem::path& path, const LoadOptions& options);

/// Whether the signers of a package can be believed. The error tells what to do.
Result<> check_trust(const std::vector<Signer>& signers, const std::filesystem::path& path);

}  // namespace hermes::package
