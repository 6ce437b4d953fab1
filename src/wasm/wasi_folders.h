#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "base/result.h"

struct hermes_wasi_folders;

namespace hermes::wasm {

/// What all calls of an app find as folders. Thread-safe.
class WasiFolders {
 public:
  /// `files` is what guests read as `/`. In `own`, which is made if it is not there and has no
  /// symbolic link in its path, are `/data` and the `/tmp` of each call, which is gone with the
  /// call: guests may hold `bytes` there. Each may be empty, for none.
  static Result<std::shared_ptr<const WasiFolders>> open(const std::filesystem::path& files,
                                                         const std::filesystem::path& own,
                                                         std::uint64_t bytes);
  WasiFolders(const WasiFolders&) = delete;
  ~WasiFolders();

  const hermes_wasi_folders* handle() const { return handle_; }

 private:
  explicit WasiFolders(hermes_wasi_folders* handle) : handle_(handle) {}

  hermes_wasi_folders* const handle_;
};

}  // namespace hermes::wasm
