#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.h"
#include "package/signatures.h"

namespace hermes::package {

/// Adds a signature to the package in that file, whose files it checks first. The file is replaced.
/// With `hand_overs` (hand_over.h), which lead to that signer, it is the next version of an app
/// that was another author's.
Result<> sign_package(const std::filesystem::path& path, const SigningKey& by, Signer::Role role,
                      std::string_view hand_overs = {});

}  // namespace hermes::package
