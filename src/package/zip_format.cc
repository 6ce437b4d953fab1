#include "package/zip_format.h"

#include "base/check.h"

namespace hermes::package {
namespace {

constexpr std::uint64_t kPlainVersion = 10;
constexpr std::uint64_t kZip64Version = 45;
constexpr std::uint64_t kMadeBy = (3U << 8U) | 45U;  // By a Unix.
constexpr std::uint64_t kUtf8 = 0x0800;
constexpr std::uint64_t kDate = (1U << 5U) | 1U;  // 1980-01-01.
constexpr std::uint64_t kPlainFile = std::uint64_t{0100644} << 16U;

class Record {
 public:
  Record& put(std::uint64_t value, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i) {
      text_ += static_cast<char>(static_cast<unsigned char>(value >> (8 * i)));
    }
    return *this;
  }
  Record& u16(std::uint64_t value) { return put(value, 2); }
  Record& u32(std::uint64_t value) { return put(value, 4); }
  Record& u64(std::uint64_t value) { return put(value, 8); }
  Record& text(std::string_view text) {
    text_ += text;
    return *this;
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

}  // namespace

std::uint64_t ZipEntry::begin() const {
  return offset + kLocalHeader + name.size();
}

std::string local_header(const ZipEntry& entry) {
  return Record()
      .u32(0x04034b50)
      .u16(kPlainVersion)
      .u16(kUtf8)
      .u16(0)  // Stored.
      .u16(0)  // Midnight.
      .u16(kDate)
      .u32(entry.crc)
      .u32(entry.size)
      .u32(entry.size)
      .u16(entry.name.size())
      .u16(0)
      .text(entry.name)
      .take();
}

std::string central_header(const ZipEntry& entry) {
  const bool far = entry.offset >= kZip64;
  Record record;
  record.u32(0x02014b50)
      .u16(kMadeBy)
      .u16(far ? kZip64Version : kPlainVersion)
      .u16(kUtf8)
      .u16(0)
      .u16(0)
      .u16(kDate)
      .u32(entry.crc)
      .u32(entry.size)
      .u32(entry.size)
      .u16(entry.name.size())
      .u16(far ? kOffsetExtra : 0)
      .u16(0)  // No comment.
      .u16(0)  // Disk.
      .u16(0)  // Not known to be text.
      .u32(kPlainFile)
      .u32(far ? kZip64 : entry.offset)
      .text(entry.name);
  if (far) record.u16(1).u16(8).u64(entry.offset);
  return record.take();
}

std::string end_records(std::size_t count, std::size_t directory_size, std::uint64_t offset) {
  const bool far = offset >= kZip64;
  Record record;
  if (far) {
    record.u32(0x06064b50)
        .u64(44)  // What follows in the record.
        .u16(kMadeBy)
        .u16(kZip64Version)
        .u32(0)
        .u32(0)
        .u64(count)
        .u64(count)
        .u64(directory_size)
        .u64(offset);
    record.u32(0x07064b50).u32(0).u64(offset + directory_size).u32(1);
  }
  record.u32(0x06054b50)
      .u16(0)
      .u16(0)
      .u16(count)
      .u16(count)
      .u32(directory_size)
      .u32(far ? kZip64 : offset)
      .u16(0);
  return record.take();
}

std::uint64_t field(std::string_view record, std::size_t at, std::size_t bytes) {
  HERMES_CHECK(at + bytes <= record.size(), "the caller knows the record's size");
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes; ++i) {
    value |= std::uint64_t{static_cast<unsigned char>(record[at + i])} << (8 * i);
  }
  return value;
}

}  // namespace hermes::package
