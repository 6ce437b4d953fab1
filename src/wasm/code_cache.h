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
/// (HMAC-SHA-256), that is verified over the very descriptor that is then mapped. A file that does
/// not pass is as good as none. Files are written under another name, synced and renamed, so a
/// crash leaves no half of one. Thread-safe, also between processes.
class CodeCache {
 public:
  /// Makes the directory if it does not exist.
  static Result<CodeCache> open(const std::filesystem::path& directory);

  /// Where the code for `component` and `engine` is, or will be.
  std::filesystem::path path_of(std::string_view component, std::string_view engine) const;

  /// The code for `component` and `engine`, which stands for all else that the code depends on.
  std::optional<CodeFile> find(std::string_view component, std::string_view engine) const;

  /// Keeps `code`, and returns it as `find` will.
  Result<CodeFile> insert(std::string_view component, std::string_view engine,
                          std::string_view code) const;

 private:
  CodeCache(std::filesystem::path directory, std::string key)
      : directory_(std::move(directory)), key_(std::move(key)) {}

  std::filesystem::path directory_;
  std::string key_;
};

}  // namespace hermes::wasm
