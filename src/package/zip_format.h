#pragma once

// The records of a ZIP archive, in the one form that packages have (docs/formats/package.md). A
// reader takes the fields that differ from package to package, and compares the rest with what is
// encoded here.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hermes::package {

struct ZipEntry {
  std::string name = {};
  std::uint32_t crc = 0;
  std::uint32_t size = 0;
  std::uint64_t offset = 0;  // Of its local header.

  /// Where its content begins, and where that ends.
  std::uint64_t begin() const;
  std::uint64_t end() const { return begin() + size; }

  bool operator==(const ZipEntry&) const = default;
};

inline constexpr std::size_t kZipEntries = 65'534;
inline constexpr std::uint32_t kZipEntrySize = 0xffff'fffe;
inline constexpr std::size_t kZipDirectory = std::size_t{16} << 20;
inline constexpr std::uint32_t kZip64 = 0xffff'ffff;  // In place of what stands in a ZIP64 record.

inline constexpr std::size_t kLocalHeader = 30;    // With the name behind it.
inline constexpr std::size_t kCentralHeader = 46;  // With the name and the extra field behind it.
inline constexpr std::size_t kOffsetExtra = 12;    // Of what begins at 4 GiB or beyond.
inline constexpr std::size_t kEnd = 22;
inline constexpr std::size_t kZip64End = 56 + 20;  // The record and its locator.

/// Where the fields of a central header stand.
namespace central {
inline constexpr std::size_t kFlags = 8;
inline constexpr std::size_t kMethod = 10;
inline constexpr std::size_t kCrc = 16;
inline constexpr std::size_t kSize = 24;
inline constexpr std::size_t kNameSize = 28;
inline constexpr std::size_t kAttributes = 38;
inline constexpr std::size_t kOffset = 42;
}  // namespace central

/// Where those of the end record do, and the offset of the directory in the ZIP64 one.
namespace end_record {
inline constexpr std::size_t kCount = 10;
inline constexpr std::size_t kDirectorySize = 12;
inline constexpr std::size_t kDirectoryOffset = 16;
inline constexpr std::size_t kZip64DirectoryOffset = 48;
}  // namespace end_record

std::string local_header(const ZipEntry& entry);
std::string central_header(const ZipEntry& entry);
/// What follows the central directory.
std::string end_records(std::size_t count, std::size_t directory_size, std::uint64_t offset);

/// The number of `bytes` bytes at this place of the record, which has it.
std::uint64_t field(std::string_view record, std::size_t at, std::size_t bytes);

}  // namespace hermes::package
