#pragma once

// The commands that have to do with packages, keys and trust, and need no engine: one file each.
// They return what is to be printed.

#include <string>

#include "base/result.h"
#include "base/time.h"
#include "cli/arguments.h"

namespace hermes::cli {

Result<std::string> app_package(const Invocation& invocation, UtcTime now);
Result<std::string> app_routes(const Invocation& invocation, UtcTime now);
Result<std::string> module_package(const Invocation& invocation, UtcTime now);
Result<std::string> app_hand_over(const Invocation& invocation, UtcTime now);
Result<std::string> new_app(const Invocation& invocation, UtcTime now);
Result<std::string> new_module(const Invocation& invocation, UtcTime now);
Result<std::string> package_inspect(const Invocation& invocation, UtcTime now);
Result<std::string> package_sign(const Invocation& invocation, UtcTime now);
Result<std::string> package_verify(const Invocation& invocation, UtcTime now);
Result<std::string> key_generate(const Invocation& invocation, UtcTime now);
Result<std::string> trust_add(const Invocation& invocation, UtcTime now);
Result<std::string> trust_list(const Invocation& invocation, UtcTime now);
Result<std::string> trust_revoke(const Invocation& invocation, UtcTime now);

}  // namespace hermes::cli
