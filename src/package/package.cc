#include "package/package.h"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <span>

#include "base/escape.h"
#include "base/strings.h"
#include "package/cose.h"
#include "package/entry_name.h"
#include "package/hand_over.h"

namespace hermes::package {
namespace {

constexpr std::size_t kPiece = std::size_t{256} << 10;
constexpr std::size_t kDigestList = std::size_t{16} << 20;
constexpr std::uint64_t kAllFiles = std::uint64_t{16} << 30;

// Whether the entries are those of the list of digests, in its order, and then `meta` of META/.
Result<> check_entries(const std::vector<ZipEntry>& entries, const Digests& digests,
                       std::size_t meta) {
  const auto files = entries.size() - meta;
  for (std::size_t i = 0; i < std::min(files, digests.lines.size()); ++i) {
    if (entries[i].name != digests.lines[i].entry) {
      return Error(Code::Corrupt,
                   concat("the entry ", json_quote(entries[i].name), " stands where ",
                          kDigestsEntry, " has ", json_quote(digests.lines[i].entry)));
    }
  }
  if (files == digests.lines.size()) return {};
  return Error(Code::Corrupt, concat("there are ", files, " files, and ", digests.lines.size(),
                                     " in ", kDigestsEntry));
}

Error in_file(std::string_view entry, Error error) {
  return std::move(error).context(json_quote(file_of(entry)));
}

}  // namespace

Result<Package> Package::open(const std::filesystem::path& path) {
  return open(TRY(open_file(path)));
}

Result<Package> Package::open(OpenedFile file) {
  auto archive = TRY(Archive::open(std::move(file)));
  const auto& entries = archive.entries();
  auto left = entries.size();
  Meta meta;
  const auto take = [&](std::string_view name, std::size_t limit) -> Result<std::string> {
    if (left == 0 || entries[left - 1].name != name) return std::string();
    return archive.read(entries[--left], limit);
  };
  meta.signatures = TRY(take(kSignaturesEntry, kSignatureBytes));
  if (!meta.signatures.empty()) meta.hand_overs = TRY(take(kHandOverEntry, kHandOverBytes));
  meta.digests = TRY(take(kDigestsEntry, kDigestList));
  if (meta.digests.empty()) {
    return Error(Code::Corrupt,
                 concat("it is no package: ", kDigestsEntry, " is not where it belongs"));
  }
  auto digests = TRY(Digests::parse(meta.digests));
  TRY(check_entries(entries, digests, entries.size() - left));
  if (!meta.hand_overs.empty() && digests.kind != Kind::App) {
    return Error(Code::Corrupt, concat(kHandOverEntry, " is for apps"));
  }
  return Package(std::move(archive), std::move(meta), std::move(digests));
}

Result<> Package::check_file(std::size_t index) const {
  Sha256 hash;
  Sink sink([&](std::string_view piece) -> Result<> {
    hash.add(piece);
    return {};
  });
  TRY(read_stored(archive_, archive_.entries()[index], sink));
  const auto& line = digests_.lines[index];
  if (hash.digest() == line.digest) return {};
  return in_file(line.entry, Error(Code::Corrupt, "the content has another digest"));
}

Result<> Package::check_files(Progress progress) const {
  std::uint64_t done = 0;
  for (std::size_t i = 0; i < digests_.lines.size(); ++i) {
    TRY(check_file(i));
    done += archive_.entries()[i].size;
    if (progress) progress(done, archive_.size());
  }
  return {};
}

Result<std::string> Package::read(std::string_view file, std::size_t limit) const {
  const auto& lines = digests_.lines;
  const auto line = std::ranges::find(lines, file, [](auto& one) { return file_of(one.entry); });
  if (line == lines.end()) return Error(Code::NotFound, concat("there is no ", json_quote(file)));
  const auto index = static_cast<std::size_t>(line - lines.begin());
  const auto& entry = archive_.entries()[index];
  TRY(check_file(index));
  const auto size = TRY(file_size(archive_, entry));
  if (size > limit) {
    return in_file(entry.name,
                   Error(Code::LimitReached, concat("it is larger than ", limit, " bytes")));
  }
  std::string content;
  content.reserve(size);
  Sink sink([&](std::string_view piece) -> Result<> {
    content += piece;
    return {};
  });
  TRY(read_file(archive_, entry, sink));
  return content;
}

std::map<std::string, Digest, std::less<>> Package::file_digests() const {
  std::map<std::string, Digest, std::less<>> digests;
  for (const auto& [entry, digest] : digests_.lines) {
    digests.emplace(std::string(file_of(entry)), digest);
  }
  return digests;
}

Result<> Package::unpack(const std::filesystem::path& directory) const {
  std::uint64_t all = 0;
  for (std::size_t i = 0; i < digests_.lines.size(); ++i) {
    const auto& entry = archive_.entries()[i];
    all += TRY(file_size(archive_, entry));
    if (all > kAllFiles) return Error(Code::LimitReached, "its files are larger than 16 GiB");
    const auto path = directory / file_of(entry.name);
    TRY(make_directory(path.parent_path()));
    const io::Descriptor to(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400));
    if (!to) return system_error("writing", path);
    Sink sink([&](std::string_view piece) { return write_all(to.get(), piece); });
    if (auto done = read_file(archive_, entry, sink); !done) {
      return in_file(entry.name, std::move(done).error());
    }
  }
  return {};
}

Result<std::uint64_t> file_size(const Archive& archive, const ZipEntry& entry) {
  if (!is_compressed(entry.name)) return entry.size;
  std::array<char, kFrameHead> buffer{};
  const auto head = std::span(buffer).first(std::min<std::size_t>(buffer.size(), entry.size));
  TRY(read_at(archive.descriptor(), entry.begin(), head));
  auto size = content_size({head.data(), head.size()}, entry.size);
  if (!size) return in_file(entry.name, std::move(size).error());
  return size;
}

Result<> read_stored(const Archive& archive, const ZipEntry& entry, Sink& sink) {
  std::string buffer(std::min<std::size_t>(kPiece, entry.size), '\0');
  for (auto at = entry.begin(); at < entry.end(); at += buffer.size()) {
    buffer.resize(std::min<std::uint64_t>(buffer.size(), entry.end() - at));
    TRY(read_at(archive.descriptor(), at, buffer));
    TRY(sink(buffer));
  }
  return {};
}

Result<> read_file(const Archive& archive, const ZipEntry& entry, Sink& sink) {
  if (!is_compressed(entry.name)) return read_stored(archive, entry, sink);
  Decompressor decompressor(TRY(file_size(archive, entry)), sink);
  Sink frame([&](std::string_view piece) { return decompressor.add(piece); });
  TRY(read_stored(archive, entry, frame));
  return decompressor.end();
}

}  // namespace hermes::package
