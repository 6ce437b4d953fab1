#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "p2p/blocks.h"
#include "p2p/cid.h"

namespace hermes::p2p {

/// Gives the bytes of a file to `take`, piece by piece. An error of `take` ends it. NotFound for a
/// block that is not there, LimitReached for a file of more than `limit` bytes, InvalidArgument for
/// what is no file, Corrupt for a tree whose sizes are not what its nodes say.
Result<> read_file(BlockSource& blocks, const Cid& root, std::uint64_t limit,
                   const std::function<Result<>(std::string_view)>& take);

/// The whole file.
Result<std::string> read_file(BlockSource& blocks, const Cid& root, std::uint64_t limit);

/// The size of the content of a file, by its root block alone.
Result<std::uint64_t> file_size(const Cid& root, std::string_view block);

}  // namespace hermes::p2p
