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
#include "package/progress.h"

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
  /// Those of META/handover.cose (hand_over.h); empty for most.
  const std::string& hand_overs() const { return hand_overs_; }
  /// Of META/digests.txt: what this package is called by.
  Digest digest() const { return sha256(digest_text_); }
  const Archive& archive() const { return archive_; }

  /// Of each file, by its name: of what its entry holds, which is its frame if it is compressed.
  std::map<std::string, Digest, std::less<>> file_digests() const;

  /// Whether every entry has the content that the list of digests tells.
  Result<> check_files(Progress progress = {}) const;

  /// The content of a file, which has the digest that is told. NotFound if there is none.
  Result<std::string> read(std::string_view file, std::size_t limit) const;

  /// Writes all files below the directory, which exists, readable by this user alone.
  Result<> unpack(const std::filesystem::path& directory) const;

 private:
  /// The entries of META/.
  struct Meta {
    std::string digests;
    std::string hand_overs;
    std::string signatures;
  };

  Package(Archive archive, Meta meta, Digests digests)
      : archive_(std::move(archive)),
        digest_text_(std::move(meta.digests)),
        hand_overs_(std::move(meta.hand_overs)),
        signatures_(std::move(meta.signatures)),
        digests_(std::move(digests)) {}

  Result<> check_file(std::size_t index) const;

  Archive archive_;
  std::string digest_text_;
  std::string hand_overs_;
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
