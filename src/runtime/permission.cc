#include "runtime/permission.h"

#include <string>

#include "base/strings.h"

namespace hermes::runtime {

Result<> require_permission(const CallContext& call, std::string_view function,
                            std::string_view permission) {
  const auto& app = call.generation();
  const std::string name(permission);
  if (app.permissions.contains(name)) return {};
  const bool is_asked_for = app.denied.permissions.contains(name);
  return Error(Code::Denied,
               concat(function, ": app '", call.app(), "' lacks the permission '", name, "'",
                      is_asked_for ? ", which it asks for and was not granted" : ""));
}

}  // namespace hermes::runtime
