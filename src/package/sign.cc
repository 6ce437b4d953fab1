#include "package/sign.h"

#include <string>
#include <utility>

#include "base/json.h"
#include "package/archive_writer.h"
#include "package/hand_over.h"
#include "package/package.h"

namespace hermes::package {

namespace {

constexpr std::size_t kManifestBytes = std::size_t{256} << 10;

// Whether the hand-overs are of this app, and lead to this author.
Result<> check_hand_overs(const Package& package, const SigningKey& by,
                          std::string_view hand_overs) {
  auto text = TRY(package.read("app.json", kManifestBytes));
  const auto manifest = TRY(json::Document::parse(std::move(text), "app.json"));
  const auto name = TRY(TRY(manifest.root().require("name"))->string());
  TRY(first_author(hand_overs, name, by.chain.front(), Trust()));
  return {};
}

}  // namespace

Result<> sign_package(const std::filesystem::path& path, const SigningKey& by, Signer::Role role,
                      std::string_view hand_overs) {
  const auto package = TRY(Package::open(path));
  TRY(package.check_files());
  const auto signatures = TRY(add_signature(package.signatures(), package.digests(), by, role));
  if (!hand_overs.empty()) {
    if (!package.signatures().empty()) {
      return Error(Code::InvalidArgument, "who signs first is its author, and says whose it was");
    }
    TRY(check_hand_overs(package, by, hand_overs));
  } else {
    hand_overs = package.hand_overs();
  }
  auto archive = TRY(ArchiveWriter::create(path));
  Sink sink([&](std::string_view piece) { return archive.add(piece); });
  for (const auto& entry : package.archive().entries()) {
    if (entry.name == kSignaturesEntry || entry.name == kHandOverEntry) continue;
    TRY(archive.begin(entry.name));
    TRY(read_stored(package.archive(), entry, sink));
    TRY(archive.end());
  }
  if (!hand_overs.empty()) TRY(archive.put(kHandOverEntry, hand_overs));
  TRY(archive.put(kSignaturesEntry, signatures));
  return archive.finish();
}

}  // namespace hermes::package
