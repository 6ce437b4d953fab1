#pragma once

#include <cstddef>
#include <string>

namespace hermes::json {

/// A text and what messages call it.
struct Source {
  std::string text;
  std::string file;

  /// "app.json:12:15" for the offset of a byte; lines and characters count from 1.
  std::string place(std::size_t offset) const;
};

}  // namespace hermes::json
