#include <string_view>

#include "base/strings.h"
#include "cli/checked_package.h"
#include "cli/package_commands.h"
#include "package/file_io.h"

namespace hermes::cli {
namespace {

constexpr std::size_t kPem = std::size_t{1} << 20;
constexpr std::string_view kPemBegin = "-----BEGIN";

Result<std::vector<package::Certificate>> certificates_in(const std::filesystem::path& path,
                                                          const Invocation& invocation,
                                                          UtcTime now) {
  const auto opened = TRY(package::open_file(path));
  std::string begin(std::min<std::uint64_t>(opened.size, kPemBegin.size()), '\0');
  TRY(package::read_at(opened.descriptor.get(), 0, begin));
  const bool archive = begin.starts_with("PK");
  if (!archive) {
    return package::Certificate::from_pem(TRY(package::read_file(path, kPem)), path.native());
  }
  const auto checked = TRY(check_package(path, invocation, now));
  if (checked.signers.empty()) {
    return Error(Code::InvalidArgument,
                 concat("'", path.native(), "' is not signed: there is nobody to trust"));
  }
  std::vector<package::Certificate> certificates;
  for (const auto& signer : checked.signers) certificates.push_back(signer.certificate);
  return certificates;
}

}  // namespace

Result<std::string> trust_add(const Invocation& invocation, UtcTime now) {
  const auto directory = trust_directory(invocation);
  const auto found = TRY(certificates_in(invocation.package.operand, invocation, now));
  TRY(package::make_directory(directory));
  std::string text;
  constexpr unsigned kMode = 0644;
  for (const auto& one : found) {
    const auto digest = package::to_hex(one.digest());
    TRY(package::replace_file(directory / concat(digest, ".pem"), one.pem(), kMode));
    text += concat("trusted: ", one.subject(), " (", digest, ")\n");
  }
  return text;
}

}  // namespace hermes::cli
