#pragma once

#include <cstdint>
#include <filesystem>

#include "base/result.h"

namespace hermes::io {

/// Removes a directory and all that is in it, however deep that is, and follows no link. What was
/// made by others may nest deeper than any path that the system takes. Returns how many bytes the
/// files had. After an error, what is left can be removed again.
Result<std::uint64_t> remove_tree(const std::filesystem::path& directory);

}  // namespace hermes::io
