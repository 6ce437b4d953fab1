#include "package/app_package.h"

#include "cli/checked_package.h"
#include "cli/package_commands.h"

namespace hermes::cli {

Result<std::string> app_package(const Invocation& invocation, UtcTime) {
  const auto& engine = invocation.settings.engine;
  const auto& options = invocation.package;
  return describe(options.output,
                  TRY(package::package_app(options.operand, options.output, engine.call_limits,
                                           engine.compiler.limits.component)));
}

}  // namespace hermes::cli
