#include <string>
#include <utility>

#include "base/escape.h"
#include "base/json.h"
#include "base/strings.h"
#include "cli/checked_package.h"
#include "cli/package_commands.h"
#include "cli/package_description.h"
#include "package/load.h"

namespace hermes::cli {
namespace {

constexpr std::size_t kManifestBytes = std::size_t{256} << 10;

// Whether the hand-overs of an app lead to its author.
Result<> check_hand_overs(const CheckedPackage& checked) {
  if (checked.package.hand_overs().empty()) return {};
  auto text = TRY(checked.package.read("app.json", kManifestBytes));
  const auto manifest = TRY(json::Document::parse(std::move(text), "app.json"));
  const auto name = TRY(TRY(manifest.root().require("name"))->string());
  TRY(package::id_of(std::string(name), checked.package.hand_overs(), checked.signers,
                     checked.trust));
  return {};
}

}  // namespace

Result<std::string> package_verify(const Invocation& invocation, UtcTime now) {
  const auto& path = invocation.package.operand;
  const auto checked = TRY(check_package(path, invocation, now));
  TRY(package::check_trust(checked.signers, path).context(concat("'", path, "'")));
  TRY(check_hand_overs(checked).context(concat("'", path, "'")));
  if (invocation.package.json) {
    return concat(R"({"package":)", json_quote(path), R"(,"digest":")",
                  package::to_hex(checked.package.digest()), R"(","signers":)",
                  json_of(checked.signers), "}\n");
  }
  return concat(path, ": every file is as it was signed\n", describe(checked.signers));
}

}  // namespace hermes::cli
