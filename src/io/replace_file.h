#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.h"

namespace hermes::io {

/// Puts a file, which only its owner can read, in place of the one that is there, if any. Whenever
/// power is lost, one of the two is there, whole; once this has returned, the new one. Waits for
/// the disk. Of two at once for one file, one may fail.
Result<> replace_file(const std::filesystem::path& file, std::string_view content);

}  // namespace hermes::io
