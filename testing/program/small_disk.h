#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"

namespace hermes::testing {

/// The command that runs what follows with a disk of that size, "32k", in place of `directory`.
inline std::vector<std::string> with_disk_of(std::string_view size,
                                             const std::filesystem::path& directory) {
  const auto script = concat("mount -t tmpfs -o size=", size, R"( none "$0" && exec "$@")");
  return {"unshare", "--map-root-user", "--mount", "sh", "-c", script, directory.string()};
}

}  // namespace hermes::testing
