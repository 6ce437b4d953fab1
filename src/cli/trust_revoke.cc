#include <filesystem>
#include <system_error>

#include "base/strings.h"
#include "cli/checked_package.h"
#include "cli/package_commands.h"
#include "package/file_io.h"

namespace hermes::cli {
namespace {

constexpr std::size_t kFile = std::size_t{1} << 20;

// Of a certificate in a file, or as it is.
Result<package::Digest> digest_of(const std::string& argument) {
  if (const auto digest = package::from_hex(argument)) return *digest;
  const auto text = TRY(package::read_file(argument, kFile));
  return TRY(package::Certificate::from_pem(text, argument)).front().digest();
}

}  // namespace

Result<std::string> trust_revoke(const Invocation& invocation, UtcTime) {
  const auto directory = trust_directory(invocation);
  const auto digest = TRY(digest_of(invocation.package.operand));
  TRY(package::make_directory(directory));
  const auto file = directory / package::kRevokedFile;
  std::string text;
  std::error_code ignored;
  const auto there = std::filesystem::symlink_status(file, ignored).type();
  if (there != std::filesystem::file_type::not_found) text = TRY(package::read_file(file, kFile));
  if (!text.empty() && !text.ends_with('\n')) text += '\n';
  constexpr unsigned kMode = 0644;
  TRY(package::replace_file(file, concat(text, package::to_hex(digest), "\n"), kMode));
  return concat("revoked: ", package::to_hex(digest), "\n");
}

}  // namespace hermes::cli
