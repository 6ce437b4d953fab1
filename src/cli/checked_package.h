#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "cli/arguments.h"
#include "package/package.h"
#include "package/package_writer.h"
#include "package/signatures.h"

namespace hermes::cli {

/// A package and who signed it.
struct CheckedPackage {
  package::Package package;
  std::vector<package::Signer> signers;
  package::Trust trust;
};

/// Fails for what is wrong in itself; what is not trusted is a doubt about a signer.
Result<CheckedPackage> check_package(const std::filesystem::path& path,
                                     const Invocation& invocation, UtcTime now);

/// The same of one that is open.
Result<CheckedPackage> check_package(package::Package package, const Invocation& invocation,
                                     UtcTime now);

/// The trust store that the person named, or the engine's.
std::filesystem::path trust_directory(const Invocation& invocation);

/// What was made.
std::string describe(std::string_view file, const package::Packaged& made);

/// Who signed it, and whether they are trusted.
std::string describe(const std::vector<package::Signer>& signers);

}  // namespace hermes::cli
