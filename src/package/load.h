#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
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

/// The app in a package file. It is unpacked into the engine's store, and read from there. Its id
/// is its name and the digest of its author's certificate, or "unsigned:<name>".
Result<runtime::App> load_app(const std::filesystem::path& path, const LoadOptions& options);

/// Whether the signers of a package can be believed. The error tells what to do.
Result<> check_trust(const std::vector<Signer>& signers, const std::filesystem::path& path);

}  // namespace hermes::package
