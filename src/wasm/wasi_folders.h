#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>

#include "base/result.h"
#include "vfs/tree.h"

struct hermes_wasi_folders;

namespace hermes::wasm {

/// What all calls of an app find as files. Thread-safe.
class WasiFolders {
 public:
  struct Options {
    /// All of `/` but for what follows: it is only read.
    std::shared_ptr<const vfs::Tree> tree;
    /// What guests find as `/var`; made if it is not there. No symbolic link is in its path. Empty
    /// for none.
    std::filesystem::path var = {};
    std::uint64_t var_bytes = 0;  // That they may hold there.
    std::size_t tmp_bytes = 0;    // That a call may hold in its `/tmp`, which is in memory.
  };

  static Result<std::shared_ptr<const WasiFolders>> open(Options options);
  WasiFolders(const WasiFolders&) = delete;
  ~WasiFolders();

  const hermes_wasi_folders* handle() const { return handle_; }

 private:
  explicit WasiFolders(hermes_wasi_folders* handle) : handle_(handle) {}

  hermes_wasi_folders* const handle_;
};

}  // namespace hermes::wasm
