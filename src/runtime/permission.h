#pragma once

#include <string_view>

#include "base/result.h"
#include "runtime/call_context.h"

namespace hermes::runtime {

/// Code::Denied, unless the app whose call it is has the permission: the call of a host function
/// that needs it traps with this error, which names both.
Result<> require_permission(const CallContext& call, std::string_view function,
                            std::string_view permission);

}  // namespace hermes::runtime
