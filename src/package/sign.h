#pragma once

#include <filesystem>

#include "base/result.h"
#include "package/signatures.h"

namespace hermes::package {

/// Adds a signature to the package in that file, whose files it checks first. The file is replaced.
Result<> sign_package(const std::filesystem::path& path, const SigningKey& by, Signer::Role role);

}  // namespace hermes::package
