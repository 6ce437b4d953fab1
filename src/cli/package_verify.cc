#include "base/strings.h"
#include "cli/checked_package.h"
#include "cli/package_commands.h"
#include "package/load.h"

namespace hermes::cli {

Result<std::string> package_verify(const Invocation& invocation, UtcTime now) {
  const auto& path = invocation.package.operand;
  const auto checked = TRY(check_package(path, invocation, now));
  TRY(package::check_trust(checked.signers, path).context(concat("'", path, "'")));
  return concat(path, ": every file is as it was signed\n", describe(checked.signers));
}

}  // namespace hermes::cli
