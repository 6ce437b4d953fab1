#include "base/escape.h"
#include "base/strings.h"
#include "cli/checked_package.h"
#include "cli/package_commands.h"
#include "cli/package_description.h"
#include "package/load.h"

namespace hermes::cli {

Result<std::string> package_verify(const Invocation& invocation, UtcTime now) {
  const auto& path = invocation.package.operand;
  const auto checked = TRY(check_package(path, invocation, now));
  TRY(package::check_trust(checked.signers, path).context(concat("'", path, "'")));
  if (invocation.package.json) {
    return concat(R"({"package":)", json_quote(path), R"(,"digest":")",
                  package::to_hex(checked.package.digest()), R"(","signers":)",
                  json_of(checked.signers), "}\n");
  }
  return concat(path, ": every file is as it was signed\n", describe(checked.signers));
}

}  // namespace hermes::cli
