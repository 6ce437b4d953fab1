#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "package/archive.h"
#include "package/compression.h"
#include "package/digests.h"

namespace hermes::package {

inline constexpr std::string_view kDigestsEntry = "META/digests.txt";
inline constexpr std::string_view kSignaturesEntry = "META/signatures.cose";

/// A file with a package, of which only the directory, the digests and the signatures were read.
/// None of it is to be believed before `check_signatures`, and no file before `check_files`.
class Package {
 public:
  static Result<Package> open(const std::filesystem::path& path);
  static Result<Package> open(OpenedFile file);

  Kind kind() const { return digests_.kind; }
  /// The bytes of META/digests.txt, which are what is signed.
  const std::string& digests() const { return digest_text_; }
  /// Those of META/signatures.cose; empty if nobody has signed.
  const std::string& signatures() const { return signatures_; }
  /// Of META/digests.txt: what this package is called by.
  Digest digest() const { return sha256(digest_text_); }
  const Archive& archive() const { return archive_; }

  /// Of each file, by its name: of what its entry holds, which is its frame if it is compressed.
  std::map<std::string, Digest, std::less<>> file_digests() const;

  /// Whether every entry has the content that the list of digests tells.
  Result<> check_files() const;

  /// The content of a file, which has the digest that is told. NotFound if there is none.
  Result<std::string> read(std::string_view file, std::size_t limit) const;

  /// Writes all files below the directory, which exists, readable by this user alone.
  Result<> unpack(const std::filesystem::path& directory) const;

 private:
  Package(Archive archive, std::string digest_text, std::string signatures, Digests digests)
      : archive_(std::move(archive)),
        digest_text_(std::move(digest_text)),
        signatures_(std::move(signatures)),
        digests_(std::move(digests)) {}

  Result<> check_file(std::size_t index) const;

  Archive archive_;
  std::string digest_text_;
  std::string signatures_;
  Digests digests_;  // As many as there are entries outside META/, in the same order.
};

/// How large the file is that this entry holds.
Result<std::uint64_t> file_size(const Archive& archive, const ZipEntry& entry);

/// Gives the content of the entry to the sink, as it is stored.
Result<> read_stored(const Archive& archive, const ZipEntry& entry, Sink& sink);

/// Gives the file that the entry holds to the sink, piece by piece.
Result<> read_file(const Archive& archive, const ZipEntry& entry, Sink& sink);

}  // namespace hermes::package
