#pragma once

#include <filesystem>

#include "base/result.h"
#include "runtime/engine.h"

namespace hermes::cli {

/// A home for an engine whose apps keep nothing: empty at first, and gone with the object.
class ThrowawayHome {
 public:
  static Result<ThrowawayHome> make();
  ThrowawayHome(ThrowawayHome&& other) noexcept;
  ~ThrowawayHome();

  /// The engine at home here, which uses the code that is kept where it was at home.
  runtime::EngineConfig instead_of(runtime::EngineConfig config) const;

 private:
  explicit ThrowawayHome(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path path_;
};

}  // namespace hermes::cli
