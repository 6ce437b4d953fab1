#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "base/strings.h"
#include "cli/checked_package.h"
#include "cli/package_commands.h"
#include "package/file_io.h"

namespace hermes::cli {
namespace {

constexpr std::size_t kFile = std::size_t{1} << 20;

// Lines of the list: for a certificate in a file, its own and that of its key.
Result<std::vector<std::string>> lines_for(const std::string& argument) {
  constexpr std::string_view kKey = "key:";
  const auto is_key = argument.starts_with(kKey);
  const auto given = package::from_hex(std::string_view(argument).substr(is_key ? kKey.size() : 0));
  if (given && is_key)
    return std::vector{concat(package::kRevokedKey, " ", package::to_hex(*given))};
  if (given) return std::vector{package::to_hex(*given)};
  const auto text = TRY(package::read_file(argument, kFile));
  const auto certificate = TRY(package::Certificate::from_pem(text, argument)).front();
  return std::vector{package::to_hex(certificate.digest()),
                     concat(package::kRevokedKey, " ", package::to_hex(certificate.key_digest()))};
}

}  // namespace

Result<std::string> trust_revoke(const Invocation& invocation, UtcTime) {
  const auto directory = trust_directory(invocation);
  const auto lines = TRY(lines_for(invocation.package.operand));
  TRY(package::make_directory(directory));
  const auto file = directory / package::kRevokedFile;
  std::string text;
  std::error_code ignored;
  const auto there = std::filesystem::symlink_status(file, ignored).type();
  if (there != std::filesystem::file_type::not_found) text = TRY(package::read_file(file, kFile));
  if (!text.empty() && !text.ends_with('\n')) text += '\n';
  std::string told;
  for (const auto& line : lines) {
    text += concat(line, "\n");
    told += concat("revoked: ", line, "\n");
  }
  constexpr unsigned kMode = 0644;
  TRY(package::replace_file(file, text, kMode));
  return told;
}

}  // namespace hermes::cli
