#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "wasm/code_file.h"

namespace hermes::wasm {

/// Machine code on disk, by the component and the engine it was made for.
///
/// Whoever can write such a file decides what this process executes. So the directory belongs to
/// its owner alone, and each file ends in a checksum, keyed with a secret of the directory
/// (keyed BLAKE3), that is verified over the very descriptor that is then mapped. A file that does
/// not pass is as good as none. Files are written under another name, synced and renamed, so a
/// crash leaves no half of one. Thread-safe, also between processes.
class CodeCache {
 public:
  /// Makes the directory if it does not exist.
  static Result<CodeCache> open(const std::filesystem::path& directory);

  /// Where the code for `component` and `engine` is, or will be; `engine` stands for all else that
  /// the code depends on. Takes as long as it takes to hash the component.
  std::filesystem::path path_of(std::string_view component, std::string_view engine) const;

  /// The code at a path that `path_of` has told.
  std::optional<CodeFile> find(const std::filesystem::path& path) const;

  /// Keeps `code` there, and returns it as `find` will.
  Result<CodeFile> insert(const std::filesystem::path& path, std::string_view code) const;

 private:
  CodeCache(std::filesystem::path directory, std::string key)
      : directory_(std::move(directory)), key_(std::move(key)) {}

  std::filesystem::path directory_;
  std::string key_;
};

}  // namespace hermes::wasm
