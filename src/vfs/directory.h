#pragma once

#include <filesystem>
#include <memory>

#include "base/result.h"
#include "vfs/tree.h"

namespace hermes::vfs {

/// A directory of the machine as a tree. Fails if there is none.
Result<std::unique_ptr<Tree>> open_directory(const std::filesystem::path& path);

}  // namespace hermes::vfs
