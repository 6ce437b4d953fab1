#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "base/result.h"
#include "p2p/blocks.h"
#include "p2p/file_builder.h"

namespace hermes::p2p {

/// Each file that was added, with all directories, innermost first; `path` begins with the name of
/// what was asked for.
using Added = std::function<void(const std::filesystem::path& path, const BuiltTree& tree)>;

/// Called with the bytes that were read since the last time. An error ends it.
using Progress = std::function<Result<>(std::uint64_t bytes)>;

/// Puts a file, or a directory with all in it, into a sink, as `ipfs add -r` does: what is hidden
/// is left out, a symbolic link stays one.
Result<BuiltTree> add_path(BlockSink& sink, const std::filesystem::path& path,
                           const FileLayout& layout, const Added& added, const Progress& progress);

}  // namespace hermes::p2p
