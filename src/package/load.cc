#include "package/load.h"

#include <utility>

#include "base/strings.h"
#include "package/app_directory.h"
#include "package/hand_over.h"
#include "package/store.h"

namespace hermes::package {
namespace {

Error with_advice(std::string what, const std::filesystem::path& path) {
  return {Code::Denied,
          concat(what, "; to run it all the same: hermes run --untrusted ", path.native())};
}

Result<runtime::App> load(const std::filesystem::path& path, const LoadOptions& options) {
  const auto package = TRY(Package::open(path));
  if (package.kind() != Kind::App) {
    return Error(Code::InvalidArgument, "it is a package of a module, not of an app");
  }
  const auto trust = TRY(Trust::open(trust_directory(options.home)));
  std::vector<Signer> signers;
  if (!package.signatures().empty()) {
    signers = TRY(check_signatures(package.signatures(), package.digests(), trust, options.now));
  }
  if (!options.untrusted) TRY(check_trust(signers, path));
  const auto store = TRY(Store::open(options.home));
  const auto files = TRY(store.install(package));
  const auto digests = package.file_digests();
  auto app = TRY(read_app(files, options.allowed, options.component_bytes,
                          {.home = options.home, .digests = &digests}));
  app.id = TRY(id_of(app.name, package.hand_overs(), signers, trust));
  return app;
}

}  // namespace

std::filesystem::path trust_directory(const std::filesystem::path& home) {
  return home / "trust";
}

Result<runtime::AppId> id_of(const std::string& name, std::string_view hand_overs,
                             const std::vector<Signer>& signers, const Trust& trust) {
  if (signers.empty()) return concat("unsigned:", name);
  const auto& author = signers.front().certificate;
  const auto first =
      hand_overs.empty() ? author : TRY(first_author(hand_overs, name, author, trust));
  return concat(name, "@", to_hex(first.digest()));
}

Result<runtime::App> load_app(const std::filesystem::path& path, const LoadOptions& options) {
  return load(path, options).context(concat("'", path.native(), "'"));
}

Result<> check_trust(const std::vector<Signer>& signers, const std::filesystem::path& path) {
  if (signers.empty()) {
    return with_advice("it is not signed; its author signs it by 'hermes app sign'", path);
  }
  for (const auto& signer : signers) {
    if (!signer.doubt) continue;
    const auto& doubt = *signer.doubt;
    if (doubt.code() != Code::NotFound) return with_advice(doubt.message(), path);
    return with_advice(
        concat("signed by ", doubt.message(), "; if you do, run: hermes trust add ", path.native()),
        path);
  }
  return {};
}

}  // namespace hermes::package
