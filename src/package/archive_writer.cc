#include "package/archive_writer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cstdlib>
#include <utility>

#include "base/escape.h"
#include "base/strings.h"
#include "package/file_io.h"

namespace hermes::package {

Result<ArchiveWriter> ArchiveWriter::create(const std::filesystem::path& path) {
  auto temporary = path.native() + ".XXXXXX";
  io::Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!file) return system_error("writing", path);
  return ArchiveWriter(std::move(file), path, std::move(temporary));
}

ArchiveWriter::ArchiveWriter(ArchiveWriter&& other) noexcept
    : file_(std::move(other.file_)),
      path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})),
      entries_(std::move(other.entries_)) {}

ArchiveWriter::~ArchiveWriter() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

// The header is written anew at the end, when checksum and size are known.
Result<> ArchiveWriter::begin(std::string_view name) {
  if (entries_.size() == kZipEntries) {
    return Error(Code::LimitReached, "a package has 65534 entries at most");
  }
  ZipEntry entry{.name = std::string(name)};
  if (!entries_.empty()) entry.offset = entries_.back().end();
  TRY(write_all(file_.get(), local_header(entry)).context("writing the package"));
  entries_.push_back(std::move(entry));
  return {};
}

Result<> ArchiveWriter::add(std::string_view piece) {
  auto& entry = entries_.back();
  if (piece.size() > kZipEntrySize - entry.size) {
    return Error(Code::LimitReached, concat(json_quote(entry.name), " is larger than 4 GiB"));
  }
  TRY(write_all(file_.get(), piece).context("writing the package"));
  entry.size += static_cast<std::uint32_t>(piece.size());
  entry.crc = static_cast<std::uint32_t>(
      crc32_z(entry.crc, reinterpret_cast<const unsigned char*>(piece.data()), piece.size()));
  return {};
}

Result<> ArchiveWriter::end() {
  const auto& entry = entries_.back();
  const auto header = local_header(entry);
  const auto done =
      ::pwrite(file_.get(), header.data(), header.size(), static_cast<off_t>(entry.offset));
  if (done != static_cast<ssize_t>(header.size())) return system_error("writing", path_);
  return {};
}

Result<> ArchiveWriter::drop() {
  const auto begin = static_cast<off_t>(entries_.back().offset);
  entries_.pop_back();
  if (::ftruncate(file_.get(), begin) == 0 && ::lseek(file_.get(), begin, SEEK_SET) == begin) {
    return {};
  }
  return system_error("writing", path_);
}

Result<> ArchiveWriter::put(std::string_view name, std::string_view content) {
  TRY(begin(name));
  TRY(add(content));
  return end();
}

Result<> ArchiveWriter::finish() {
  const auto offset = entries_.empty() ? 0 : entries_.back().end();
  std::string directory;
  for (const auto& entry : entries_) directory += central_header(entry);
  if (directory.size() > kZipDirectory) {
    return Error(Code::LimitReached, "the names of the files have more than 16 MiB in all");
  }
  const auto size = directory.size();
  directory += end_records(entries_.size(), size, offset);
  TRY(write_all(file_.get(), directory).context("writing the package"));
  constexpr mode_t kReadByAll = 0644;
  if (::fchmod(file_.get(), kReadByAll) != 0 || ::fsync(file_.get()) != 0 ||
      ::rename(temporary_.c_str(), path_.c_str()) != 0) {
    return system_error("writing", path_);
  }
  temporary_.clear();
  return {};
}

}  // namespace hermes::package
