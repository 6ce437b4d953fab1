#include "package/package_writer.h"

#include <algorithm>
#include <system_error>
#include <utility>
#include <vector>

#include "base/escape.h"
#include "base/strings.h"
#include "package/compression.h"
#include "package/entry_name.h"
#include "package/file_io.h"
#include "package/package.h"

namespace hermes::package {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPiece = std::size_t{256} << 10;
constexpr std::uint64_t kSmall = 128;  // A file that is not worth a frame.

// The content of a file, which stays as large as it was in the beginning.
class Content {
 public:
  static Result<Content> open(const PackagedFile& file) {
    if (file.source.empty()) return Content({}, file.content, file.content.size());
    auto opened = TRY(open_file(file.source));
    return Content(std::move(opened.descriptor), {}, opened.size);
  }

  std::uint64_t size() const { return size_; }

  Result<> give(Sink& sink) const {
    if (!file_) return sink(text_);
    std::string buffer(std::min<std::uint64_t>(kPiece, size_), '\0');
    for (std::uint64_t at = 0; at < size_; at += buffer.size()) {
      buffer.resize(std::min<std::uint64_t>(buffer.size(), size_ - at));
      TRY(read_at(file_.get(), at, buffer));
      TRY(sink(buffer));
    }
    return {};
  }

 private:
  Content(io::Descriptor file, std::string_view text, std::uint64_t size)
      : file_(std::move(file)), text_(text), size_(size) {}

  io::Descriptor file_;
  std::string_view text_;
  std::uint64_t size_;
};

// Writes entries and keeps their digests.
class Writer {
 public:
  /// Of `total` bytes in all.
  Writer(ArchiveWriter& archive, Digests& digests, Progress progress, std::uint64_t total)
      : archive_(archive), digests_(digests), progress_(std::move(progress)), total_(total) {}

  Result<std::uint64_t> add(const std::string& file, const Content& content, bool plain) {
    if (content.size() > kZipEntrySize) {
      return Error(Code::LimitReached, "a file has 4 GiB at most");
    }
    const bool again = is_compressed(file);  // Its name would mean something else.
    if (again || (!plain && content.size() >= kSmall)) {
      const auto entry = concat(file, kCompressed);
      auto digest = TRY(write(entry, content, true));
      if (again || is_worth(archive_.size(), content.size())) {
        TRY(end(entry, digest));
        return content.size();
      }
      TRY(archive_.drop());
      done_ -= content.size();
    }
    TRY(end(file, TRY(write(file, content, false))));
    return content.size();
  }

 private:
  Result<Digest> write(const std::string& entry, const Content& content, bool compressed) {
    TRY(check_name(entry));
    TRY(archive_.begin(entry));
    Sha256 hash;
    Sink stored([&](std::string_view piece) {
      hash.add(piece);
      return archive_.add(piece);
    });
    if (!compressed) {
      Sink counted([&](std::string_view piece) {
        count(piece.size());
        return stored(piece);
      });
      TRY(content.give(counted));
      return hash.digest();
    }
    Compressor compressor(content.size(), stored);
    Sink plain([&](std::string_view piece) {
      count(piece.size());
      return compressor.add(piece);
    });
    TRY(content.give(plain));
    TRY(compressor.end());
    return hash.digest();
  }

  Result<> end(const std::string& entry, const Digest& digest) {
    digests_.lines.push_back({entry, digest});
    return archive_.end();
  }

  void count(std::size_t bytes) {
    done_ += bytes;
    if (progress_) progress_(done_, total_);
  }

  ArchiveWriter& archive_;
  Digests& digests_;
  Progress progress_;
  const std::uint64_t total_;
  std::uint64_t done_ = 0;
};

std::uint64_t size_of(const PackagedFiles& files) {
  std::uint64_t size = 0;
  std::error_code ignored;
  for (const auto& [name, file] : files) {
    const auto more =
        file.source.empty() ? file.content.size() : fs::file_size(file.source, ignored);
    if (!ignored) size += more;
  }
  return size;
}

}  // namespace

Result<> add_directory(PackagedFiles& files, const fs::path& directory, const std::string& path) {
  std::error_code failed;
  fs::recursive_directory_iterator entry(directory / path, failed);
  for (const fs::recursive_directory_iterator end; !failed && entry != end;
       entry.increment(failed)) {
    const auto status = entry->symlink_status(failed);
    if (failed || fs::is_directory(status)) continue;
    const auto name = entry->path().lexically_relative(directory).generic_string();
    if (!fs::is_regular_file(status)) {
      return Error(Code::InvalidArgument,
                   concat(json_quote(name),
                          fs::is_symlink(status) ? " is a symbolic link" : " is no plain file"));
    }
    files[name] = {.source = entry->path()};
  }
  if (!failed) return {};
  return Error(Code::NotFound, concat("'", path, "': ", failed.message()));
}

Result<Packaged> write_package(Kind kind, const PackagedFiles& files, const fs::path& path,
                               Progress progress) {
  auto archive = TRY(ArchiveWriter::create(path));
  Digests digests{kind, {}};
  Packaged packaged{.files = files.size()};
  Writer writer(archive, digests, std::move(progress), size_of(files));
  for (const auto& [name, file] : files) {
    const auto content = TRY(Content::open(file));
    packaged.file_bytes += TRY(writer.add(name, content, file.plain).context(json_quote(name)));
  }
  const auto text = digests.format();
  TRY(archive.put(kDigestsEntry, text));
  TRY(archive.finish());
  // Whatever a reader refuses is found here, not at somebody else's.
  const auto written = TRY(Package::open(path));
  packaged.digest = written.digest();
  packaged.package_bytes = written.archive().size();
  return packaged;
}

}  // namespace hermes::package
