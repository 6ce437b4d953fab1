#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "io/descriptor.h"
#include "package/zip_format.h"

namespace hermes::package {

/// Writes the archive of a package beside the file that it replaces at the end. Gone with the
/// object before that.
class ArchiveWriter {
 public:
  static Result<ArchiveWriter> create(const std::filesystem::path& path);
  ArchiveWriter(ArchiveWriter&& other) noexcept;
  ArchiveWriter& operator=(ArchiveWriter&&) = delete;
  ~ArchiveWriter();

  /// An entry, whose content comes in pieces, is begun, given its pieces, and ended.
  Result<> begin(std::string_view name);
  Result<> add(std::string_view piece);
  Result<> end();
  /// In place of `end`: it was never there.
  Result<> drop();

  /// How much the entry holds that was begun last.
  std::uint32_t size() const { return entries_.back().size; }

  /// A whole entry.
  Result<> put(std::string_view name, std::string_view content);

  /// Nothing is added afterwards.
  Result<> finish();

 private:
  ArchiveWriter(io::Descriptor file, std::filesystem::path path, std::string temporary)
      : file_(std::move(file)), path_(std::move(path)), temporary_(std::move(temporary)) {}

  io::Descriptor file_;
  std::filesystem::path path_;
  std::string temporary_;  // Empty when it is no more.
  std::vector<ZipEntry> entries_;
};

}  // namespace hermes::package
