#pragma once

#include <stdlib.h>

#include <filesystem>

#include "base/check.h"

namespace hermes::p2p {

/// A directory for a test, which goes with it.
struct TemporaryHome {
  TemporaryHome() = default;
  TemporaryHome(const TemporaryHome&) = delete;
  ~TemporaryHome() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }

  const std::filesystem::path path = [] {
    auto name = (std::filesystem::temp_directory_path() / "hermes_XXXXXX").native();
    HERMES_CHECK(::mkdtemp(name.data()) != nullptr, "a directory can be made");
    return std::filesystem::path(name);
  }();
};

}  // namespace hermes::p2p
