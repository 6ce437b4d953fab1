#pragma once

// The files that an app sees. Paths are relative to the tree: "index.html", "img/logo.svg".

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace hermes::vfs {

/// An open file, whose content and size do not change for the reader.
class File {
 public:
  virtual ~File() = default;

  virtual std::uint64_t size() const = 0;
  virtual UtcTime modified() const = 0;

  /// Fills `into` from `offset`, as far as the file reaches; returns how many bytes that were.
  virtual Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> into) const = 0;

  /// The descriptor of a plain file, for sendfile, which lives as long as this; -1 where there is
  /// none.
  virtual int descriptor() const { return -1; }
};

/// What a path names.
enum class Kind : std::uint8_t { File, Directory };

/// A tree of files that is read only. Thread-safe.
///
/// No path leaves it: "..", absolute paths, empty segments, NUL and links to the outside are
/// NotFound, as is what does not exist.
class Tree {
 public:
  virtual ~Tree() = default;

  virtual Result<Kind> kind(std::string_view path) const = 0;
  virtual Result<std::unique_ptr<File>> open(std::string_view path) const = 0;
};

}  // namespace hermes::vfs
