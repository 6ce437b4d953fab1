#include "package/archive.h"

#include <zlib.h>

#include <algorithm>
#include <optional>
#include <span>

#include "base/escape.h"
#include "base/strings.h"
#include "package/entry_name.h"

namespace hermes::package {
namespace {

Error broken(std::string_view what) {
  return {Code::Corrupt, concat("it is no package, or damaged: ", what)};
}

Error broken(const ZipEntry& entry, std::string_view what) {
  return broken(
      concat("the entry ", json_quote(std::string_view(entry.name).substr(0, 80)), " ", what));
}

Result<std::string> read_part(const OpenedFile& file, std::uint64_t offset, std::size_t size) {
  std::string part(size, '\0');
  TRY(read_at(file.descriptor.get(), offset, part));
  return part;
}

struct Directory {
  std::size_t count;
  std::size_t size;
  std::uint64_t offset;
};

// From the end of the file, which must be exactly what the directory that it tells of has there.
Result<Directory> find_directory(const OpenedFile& file) {
  if (file.size < kEnd) return broken("it is shorter than an empty archive");
  const auto end = TRY(read_part(file, file.size - kEnd, kEnd));
  Directory directory{.count = field(end, end_record::kCount, 2),
                      .size = field(end, end_record::kDirectorySize, 4),
                      .offset = field(end, end_record::kDirectoryOffset, 4)};
  if (end.substr(0, 4) != "PK\5\6")
    return broken("it does not end in the end record of a ZIP file");
  if (directory.count > kZipEntries) return broken("it has more than 65534 entries");
  if (directory.size > kZipDirectory) return broken("its central directory is larger than 16 MiB");
  std::size_t behind = kEnd;
  if (directory.offset == kZip64) {
    behind += kZip64End;
    if (file.size < behind) return broken("it is shorter than an empty archive");
    const auto record = TRY(read_part(file, file.size - behind, kZip64End));
    directory.offset = field(record, end_record::kZip64DirectoryOffset, 8);
  }
  if (directory.size + behind > file.size ||
      directory.offset != file.size - behind - directory.size) {
    return broken("its central directory is not where the end record has it");
  }
  const auto found = TRY(read_part(file, file.size - behind, behind));
  if (found != end_records(directory.count, directory.size, directory.offset)) {
    return broken("its end record is not that of a package");
  }
  return directory;
}

Result<> check_form(std::string_view header, const ZipEntry& entry) {
  if ((field(header, central::kFlags, 2) & 1U) != 0) return broken(entry, "is encrypted");
  if (field(header, central::kMethod, 2) != 0) {
    return broken(entry, "is compressed by ZIP: entries of packages are stored");
  }
  const auto type = (field(header, central::kAttributes, 4) >> 16U) & 0170000U;
  if (type == 0120000U) return broken(entry, "is a symbolic link");
  if (type != 0100000U) return broken(entry, "is no plain file");
  TRY(check_name(entry.name));
  if (entry.size > kZipEntrySize) return broken(entry, "is larger than 4 GiB");
  if (!header.starts_with(central_header(entry))) {
    return broken(entry, "has a header that packages do not have");
  }
  return {};
}

// Takes the first entry of `directory` off it.
Result<ZipEntry> take_entry(std::string_view& directory) {
  if (directory.size() < kCentralHeader || !directory.starts_with("PK\1\2")) {
    return broken("its central directory ends early");
  }
  ZipEntry entry{.crc = static_cast<std::uint32_t>(field(directory, central::kCrc, 4)),
                 .size = static_cast<std::uint32_t>(field(directory, central::kSize, 4)),
                 .offset = field(directory, central::kOffset, 4)};
  const auto name_size = field(directory, central::kNameSize, 2);
  const auto size = kCentralHeader + name_size + (entry.offset == kZip64 ? kOffsetExtra : 0);
  if (directory.size() < size) return broken("its central directory ends early");
  entry.name = directory.substr(kCentralHeader, name_size);
  if (entry.offset == kZip64) entry.offset = field(directory, size - 8, 8);
  TRY(check_form(directory.substr(0, size), entry));
  directory.remove_prefix(size);
  return entry;
}

Result<std::vector<ZipEntry>> read_directory(std::string_view directory, std::size_t count) {
  std::vector<ZipEntry> entries;
  entries.reserve(count);
  for (std::size_t i = 0; i < count; ++i) entries.push_back(TRY(take_entry(directory)));
  if (!directory.empty()) return broken("its central directory has more than its entries");
  return entries;
}

// One after the other, each with the header that its entry in the directory tells.
Result<> check_layout(const OpenedFile& file, const std::vector<ZipEntry>& entries,
                      std::uint64_t end) {
  std::uint64_t at = 0;
  for (const auto& entry : entries) {
    if (entry.offset != at) return broken(entry, "does not follow the one before it");
    if (entry.end() > end) return broken(entry, "ends beyond the archive");
    const auto expected = local_header(entry);
    if (TRY(read_part(file, at, expected.size())) != expected) {
      return broken(entry, "has a header that differs from the central directory");
    }
    at = entry.end();
  }
  if (at != end) return broken("there is something between the entries and the central directory");
  return {};
}

}  // namespace

Result<Archive> Archive::open(OpenedFile file) {
  const auto directory = TRY(find_directory(file));
  const auto text = TRY(read_part(file, directory.offset, directory.size));
  auto entries = TRY(read_directory(text, directory.count));
  TRY(check_layout(file, entries, directory.offset));
  const std::vector<std::string_view> names = [&] {
    std::vector<std::string_view> all;
    for (const auto& entry : entries) all.push_back(entry.name);
    return all;
  }();
  TRY(check_together(names));
  return Archive(std::move(file), std::move(entries));
}

Result<std::string> Archive::read(const ZipEntry& entry, std::size_t limit) const {
  if (entry.size > limit) return broken(entry, concat("is larger than ", limit, " bytes"));
  auto content = TRY(read_part(file_, entry.begin(), entry.size));
  const auto crc =
      crc32_z(0, reinterpret_cast<const unsigned char*>(content.data()), content.size());
  if (crc != entry.crc) return broken(entry, "has another checksum");
  return content;
}

}  // namespace hermes::package
