#pragma once

#include <filesystem>

#include "base/result.h"
#include "package/package.h"

namespace hermes::package {

/// The packages that the engine has unpacked: a directory of its own for each, by its digest, which
/// nobody writes to any more.
///
/// What a person has in a file can change while it is read. So the file is copied here first, and
/// only the copy is checked and unpacked. A directory gets its name when all of it is on disk;
/// those of an engine that was killed before are removed by the next one that unpacks.
class Store {
 public:
  /// Below the engine's home, for the engine's user alone.
  static Result<Store> open(const std::filesystem::path& home);

  /// The directory of that package's files. `package` is open on `source`.
  Result<std::filesystem::path> install(const Package& package) const;

 private:
  explicit Store(std::filesystem::path directory) : directory_(std::move(directory)) {}

  std::filesystem::path directory_;
};

}  // namespace hermes::package
