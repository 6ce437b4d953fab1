#include "package/sign.h"

#include <algorithm>
#include <string>

#include "package/archive_writer.h"
#include "package/package.h"

namespace hermes::package {

Result<> sign_package(const std::filesystem::path& path, const SigningKey& by, Signer::Role role) {
  const auto package = TRY(Package::open(path));
  TRY(package.check_files());
  const auto signatures = TRY(add_signature(package.signatures(), package.digests(), by, role));
  auto archive = TRY(ArchiveWriter::create(path));
  Sink sink([&](std::string_view piece) { return archive.add(piece); });
  for (const auto& entry : package.archive().entries()) {
    if (entry.name == kSignaturesEntry) continue;
    TRY(archive.begin(entry.name));
    TRY(read_stored(package.archive(), entry, sink));
    TRY(archive.end());
  }
  TRY(archive.put(kSignaturesEntry, signatures));
  return archive.finish();
}

}  // namespace hermes::package
