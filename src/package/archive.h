#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "package/file_io.h"
#include "package/zip_format.h"

namespace hermes::package {

/// A ZIP archive of the one form that packages have; its directory and its headers are checked.
///
/// What is read of the entries is not: it is to be compared with its digest.
class Archive {
 public:
  /// The error says what is wrong with it.
  static Result<Archive> open(OpenedFile file);

  const std::vector<ZipEntry>& entries() const { return entries_; }

  /// The whole content, of `limit` bytes at most; its checksum must be right.
  Result<std::string> read(const ZipEntry& entry, std::size_t limit) const;

  int descriptor() const { return file_.descriptor.get(); }
  std::uint64_t size() const { return file_.size; }

 private:
  Archive(OpenedFile file, std::vector<ZipEntry> entries)
      : file_(std::move(file)), entries_(std::move(entries)) {}

  OpenedFile file_;
  std::vector<ZipEntry> entries_;
};

}  // namespace hermes::package
