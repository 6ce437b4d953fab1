#include "cli/checked_package.h"

#include <array>
#include <chrono>
#include <utility>

#include "base/strings.h"
#include "cli/progress_bar.h"
#include "package/load.h"

namespace hermes::cli {
namespace {

std::string day_of(UtcTime time) {
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(time));
  std::array<char, 32> text{};
  const int size =
      std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(day.year()),
                    static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
  return {text.data(), static_cast<std::size_t>(size)};
}

}  // namespace

Result<CheckedPackage> check_package(const std::filesystem::path& path,
                                     const Invocation& invocation, UtcTime now) {
  const auto doing = concat("'", path.native(), "'");
  auto package = TRY(package::Package::open(path).context(doing));
  return check_package(std::move(package), invocation, now).context(doing);
}

Result<CheckedPackage> check_package(package::Package package, const Invocation& invocation,
                                     UtcTime now) {
  ProgressBar bar("checking");
  TRY(package.check_files([&](std::uint64_t done, std::uint64_t total) { bar.show(done, total); }));
  auto trust = TRY(package::Trust::open(trust_directory(invocation)));
  std::vector<package::Signer> signers;
  if (!package.signatures().empty()) {
    signers = TRY(package::check_signatures(package.signatures(), package.digests(), trust, now));
  }
  return CheckedPackage{std::move(package), std::move(signers), std::move(trust)};
}

std::filesystem::path trust_directory(const Invocation& invocation) {
  if (!invocation.package.trust.empty()) return invocation.package.trust;
  return package::trust_directory(invocation.settings.engine.home);
}

std::string describe(std::string_view file, const package::Packaged& made) {
  return concat(file, ": ", made.files, " files, ", made.file_bytes, " bytes in ",
                made.package_bytes, "\ndigest ", package::to_hex(made.digest), "\n");
}

std::string describe(const std::vector<package::Signer>& signers) {
  if (signers.empty()) return "signed by nobody\n";
  std::string text = "signed by\n";
  for (const auto& signer : signers) {
    const bool author = signer.role == package::Signer::Role::Author;
    text += concat(author ? "  author     " : "  publisher  ", signer.certificate.subject(),
                   " until ", day_of(signer.certificate.valid_until()), "\n             ",
                   package::to_hex(signer.certificate.digest()), "\n");
    text += signer.doubt ? concat("             not trusted: ", signer.doubt->message(), "\n")
                         : "             trusted\n";
  }
  return text;
}

}  // namespace hermes::cli
