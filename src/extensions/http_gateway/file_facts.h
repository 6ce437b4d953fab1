#pragma once

#include <cstddef>
#include <memory>
#include <optional>
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

  FileFacts of(const vfs::File& file);

 private:
  using Facts = std::unordered_map<std::string, FileFacts>;

  static FileFacts read(const vfs::File& file, const std::string& identity);
  FileFacts remembered(const vfs::File& file, const std::string& identity, bool may_keep);

  const Clock& clock_;
  Guarded<Facts> facts_;  // By what the file is known again by.
};

}  // namespace hermes::http_gateway
