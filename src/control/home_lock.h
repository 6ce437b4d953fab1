#pragma once

#include <filesystem>

#include "base/result.h"
#include "io/descriptor.h"

namespace hermes::control {

/// The right to be the one engine of a home, until the object or the process is gone, however that
/// ends.
class HomeLock {
 public:
  /// The home exists. The error names the process that has it.
  static Result<HomeLock> take(const std::filesystem::path& home);

 private:
  explicit HomeLock(io::Descriptor file) : file_(std::move(file)) {}

  io::Descriptor file_;
};

}  // namespace hermes::control
