#pragma once

// The files that an app sees. Paths are relative to the tree: "index.html", "img/logo.svg".

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace hermes::vfs {

/// SHA-256.
using Digest = std::array<std::uint8_t, 32>;

/// What tells a plain file, as it is written now, from all others of the machine. Two writes in one
/// tick of the file system's clock look the same.
struct Identity {
  std::uint64_t device;
  std::uint64_t number;
  std::uint64_t size;
  UtcTime modified;
  UtcTime changed;

  bool operator==(const Identity&) const = default;
};

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

  /// All of it in memory, as long as this lives; empty where there is no such thing, which is so of
  /// every file that somebody could shorten.
  virtual std::span<const std::byte> content() const { return {}; }

  /// What its package's list of digests tells of it: files with one digest have one content. None
  /// of files outside packages.
  virtual std::optional<Digest> digest() const { return std::nullopt; }

  /// Of a plain file, when it was opened.
  virtual std::optional<Identity> identity() const { return std::nullopt; }
};

/// What a path names.
enum class Kind : std::uint8_t { File, Directory };

/// What a directory holds.
struct Entry {
  std::string name;
  Kind kind;

  bool operator==(const Entry&) const = default;
};

/// A tree of files that is read only. Thread-safe.
///
/// No path leaves it: "..", absolute paths, empty segments, NUL and links to the outside are
/// NotFound, as is what does not exist. The empty path is the tree's own directory.
class Tree {
 public:
  virtual ~Tree() = default;

  virtual Result<Kind> kind(std::string_view path) const = 0;
  virtual Result<std::unique_ptr<File>> open(std::string_view path) const = 0;

  /// Of the plain file that `open` would give now, where that is found without opening it.
  virtual std::optional<Identity> identity(std::string_view /*path*/) const { return std::nullopt; }

  /// Files and directories of a directory, by name. Busy if there are too many to list.
  virtual Result<std::vector<Entry>> list(std::string_view path) const = 0;
};

}  // namespace hermes::vfs
