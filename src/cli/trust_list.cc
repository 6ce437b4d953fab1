#include "base/escape.h"
#include "base/strings.h"
#include "cli/checked_package.h"
#include "cli/package_commands.h"

namespace hermes::cli {
namespace {

std::string json_of(const package::Trust& trust) {
  std::string trusted;
  std::string revoked;
  for (const auto& one : trust.certificates()) {
    trusted +=
        concat(trusted.empty() ? "" : ",", R"({"certificate":")", package::to_hex(one.digest()),
               R"(","subject":)", json_quote(one.subject()), "}");
  }
  for (const auto& digest : trust.revoked()) {
    revoked += concat(revoked.empty() ? "\"" : ",\"", package::to_hex(digest), "\"");
  }
  return concat(R"({"trusted":[)", trusted, R"(],"revoked":[)", revoked, "]}\n");
}

}  // namespace

Result<std::string> trust_list(const Invocation& invocation, UtcTime) {
  const auto trust = TRY(package::Trust::open(trust_directory(invocation)));
  if (invocation.package.json) return json_of(trust);
  std::string text;
  for (const auto& one : trust.certificates()) {
    text += concat("trusted  ", package::to_hex(one.digest()), "  ", one.subject(), "\n");
  }
  for (const auto& digest : trust.revoked())
    text += concat("revoked  ", package::to_hex(digest), "\n");
  return text.empty() ? "nobody is trusted\n" : text;
}

}  // namespace hermes::cli
