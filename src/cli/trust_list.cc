#include <set>
#include <string>

#include "base/escape.h"
#include "base/strings.h"
#include "cli/checked_package.h"
#include "cli/package_commands.h"

namespace hermes::cli {
namespace {

std::string list(const std::set<package::Digest>& digests) {
  std::string text;
  for (const auto& digest : digests) {
    text += concat(text.empty() ? "\"" : ",\"", package::to_hex(digest), "\"");
  }
  return text;
}

std::string json_of(const package::Trust& trust) {
  std::string trusted;
  for (const auto& one : trust.certificates()) {
    trusted +=
        concat(trusted.empty() ? "" : ",", R"({"certificate":")", package::to_hex(one.digest()),
               R"(","subject":)", json_quote(one.subject()), "}");
  }
  return concat(R"({"trusted":[)", trusted, R"(],"revoked":[)", list(trust.revoked()),
                R"(],"revoked_keys":[)", list(trust.revoked_keys()), "]}\n");
}

}  // namespace

Result<std::string> trust_list(const Invocation& invocation, UtcTime) {
  const auto trust = TRY(package::Trust::open(trust_directory(invocation)));
  if (invocation.package.json) return json_of(trust);
  std::string text;
  for (const auto& one : trust.certificates()) {
    text += concat("trusted  ", package::to_hex(one.digest()), "  ", one.subject(), "\n");
  }
  for (const auto& digest : trust.revoked()) {
    text += concat("revoked  ", package::to_hex(digest), "\n");
  }
  for (const auto& digest : trust.revoked_keys()) {
    text += concat("revoked  ", package::kRevokedKey, " ", package::to_hex(digest), "\n");
  }
  return text.empty() ? "nobody is trusted\n" : text;
}

}  // namespace hermes::cli
