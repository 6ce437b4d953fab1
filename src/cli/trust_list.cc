#include "base/strings.h"
#include "cli/checked_package.h"
#include "cli/package_commands.h"

namespace hermes::cli {

Result<std::string> trust_list(const Invocation& invocation, UtcTime) {
  const auto trust = TRY(package::Trust::open(trust_directory(invocation)));
  std::string text;
  for (const auto& one : trust.certificates()) {
    text += concat("trusted  ", package::to_hex(one.digest()), "  ", one.subject(), "\n");
  }
  for (const auto& digest : trust.revoked())
    text += concat("revoked  ", package::to_hex(digest), "\n");
  return text.empty() ? "nobody is trusted\n" : text;
}

}  // namespace hermes::cli
