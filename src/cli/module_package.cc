#include "package/module_package.h"

#include "cli/checked_package.h"
#include "cli/package_commands.h"

namespace hermes::cli {

Result<std::string> module_package(const Invocation& invocation, UtcTime) {
  const auto& options = invocation.package;
  const auto most = invocation.settings.engine.compiler.limits.component;
  return describe(options.output,
                  TRY(package::package_module(options.operand, options.output, most)));
}

}  // namespace hermes::cli
