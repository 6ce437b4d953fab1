#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "package/archive_writer.h"
#include "package/digests.h"
#include "package/progress.h"

namespace hermes::package {

/// What goes into a package, by the name that it has there.
struct PackagedFile {
  std::filesystem::path source = {};  // Where it is read from; or empty,
  std::string content = {};           // and this is it.
  bool plain = false;                 // Not compressed, so that every tool shows it.
};
using PackagedFiles = std::map<std::string, PackagedFile>;

/// Adds all files below `directory`/`path`, which go by that path. Fails for what is neither a
/// plain file nor a directory, links too.
Result<> add_directory(PackagedFiles& files, const std::filesystem::path& directory,
                       const std::string& path);

/// What was written.
struct Packaged {
  Digest digest{};  // Of the list of digests.
  std::size_t files = 0;
  std::uint64_t file_bytes = 0;
  std::uint64_t package_bytes = 0;
};

/// Writes a package of these files, compressed where that is worth it, in place of `path`.
Result<Packaged> write_package(Kind kind, const PackagedFiles& files,
                               const std::filesystem::path& path, Progress progress = {});

}  // namespace hermes::package
