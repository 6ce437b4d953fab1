#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "base/result.h"
#include "p2p/blocks.h"
#include "p2p/cid.h"

namespace hermes::p2p {

/// Writes a file, or a directory with all in it, to a path where nothing is yet, and nowhere else,
/// whatever the names in it say. `progress` is told of the bytes since the last time; its error
/// ends it, and what was written by then stays.
Result<> write_tree(BlockSource& blocks, const Cid& root, const std::filesystem::path& path,
                    const std::function<Result<>(std::uint64_t bytes)>& progress);

}  // namespace hermes::p2p
