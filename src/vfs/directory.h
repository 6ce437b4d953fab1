#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/result.h"
#include "vfs/tree.h"

namespace hermes::vfs {

/// A directory of the machine as a tree. Fails if there is none.
Result<std::unique_ptr<Tree>> open_directory(const std::filesystem::path& path);

/// Digests of files, by their paths in the tree.
using Digests = std::map<std::string, Digest, std::less<>>;

/// The same of a directory in which nobody writes any more, as those in the engine's store are. Its
/// files are mapped: one that is shortened all the same ends the process.
Result<std::unique_ptr<Tree>> open_fixed_directory(const std::filesystem::path& path,
                                                   Digests digests = {});

}  // namespace hermes::vfs
