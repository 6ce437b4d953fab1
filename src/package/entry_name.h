#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"

namespace hermes::package {

inline constexpr std::string_view kCompressed = ".zst";

/// Whether the entry holds its file as a frame of zstd.
bool is_compressed(std::string_view entry);

/// The file that an entry holds: "www/app.js" for "www/app.js.zst".
std::string_view file_of(std::string_view entry);

/// Whether it is a path that stays below where it begins, and moves no terminal's cursor.
Result<> check_name(std::string_view entry);

/// Whether the files of these entries, each of which is checked, can lie in one directory: no two
/// of one name, and none where another has its directory.
Result<> check_together(const std::vector<std::string_view>& entries);

}  // namespace hermes::package
