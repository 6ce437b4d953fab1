#pragma once

#include <filesystem>

#include "base/result.h"
#include "runtime/app.h"

namespace hermes::runtime {

/// Where extensions keep what an app has on disk, under the engine's home. It need not exist.
std::filesystem::path data_directory(const std::filesystem::path& home, const AppId& app);

/// Makes it, for the engine's user alone. The path that is returned has no symbolic link in it;
/// where a link stands for the directory itself, that is an error.
Result<std::filesystem::path> make_data_directory(const std::filesystem::path& home,
                                                  const AppId& app);

}  // namespace hermes::runtime
