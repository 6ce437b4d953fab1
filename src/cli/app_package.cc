#include "package/app_package.h"

#include <cstdint>

#include "cli/checked_package.h"
#include "cli/package_commands.h"
#include "cli/progress_bar.h"

namespace hermes::cli {

Result<std::string> app_package(const Invocation& invocation, UtcTime) {
  const auto& engine = invocation.settings.engine;
  const auto& options = invocation.package;
  ProgressBar bar("packaging");
  const auto made = TRY(package::package_app(
      options.operand, options.output, engine.call_limits, engine.compiler.limits.component,
      [&](std::uint64_t done, std::uint64_t total) { bar.show(done, total); }));
  return describe(options.output, made);
}

}  // namespace hermes::cli
