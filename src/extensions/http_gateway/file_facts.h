#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

#include "base/guarded.h"
#include "base/time.h"
#include "vfs/tree.h"

namespace hermes::http_gateway {

/// What is known of a file's content.
struct FileFacts {
  std::string tag;                                       // Other content, other tag: for an ETag.
  std::shared_ptr<const std::string> content = nullptr;  // All of a small file.
};

/// Remembers files. Thread-safe.
///
/// The tag is the digest of the package's file; of another file, its hash, or, where that would
/// take long, what the system says of it: each write changes that, too. A plain file is known again
/// by its device, number, size and times.
class FileFactsCache {
 public:
  /// `clock` outlives it.
  explicit FileFactsCache(const Clock& clock) : clock_(clock) {}

  std::shared_ptr<const FileFacts> of(const vfs::File& file);

  /// Of a plain file that need not be opened. Null where it is not remembered.
  std::shared_ptr<const FileFacts> of(const vfs::Identity& identity) const;

 private:
  // What a file is known again by.
  using Key = std::array<std::uint64_t, 6>;
  struct Hash {
    std::size_t operator()(const Key& key) const;
  };
  using Facts = std::unordered_map<Key, std::shared_ptr<const FileFacts>, Hash>;

  static Key key_of(const vfs::Identity& identity);
  static Key key_of(const vfs::File& file);
  static FileFacts read(const vfs::File& file, const Key& key);
  std::shared_ptr<const FileFacts> find(const Key& key) const;
  bool is_settled(const vfs::File& file) const;

  const Clock& clock_;
  Guarded<Facts> facts_;
};

}  // namespace hermes::http_gateway
