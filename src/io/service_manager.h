#pragma once

#include <string>

namespace hermes::io {

/// Tells systemd, or whatever started the process with NOTIFY_SOCKET, what becomes of it; does
/// nothing where that is not set. sd_notify(3) has what can be said: "READY=1", "STOPPING=1".
void tell_service_manager(const std::string& state);

/// That the process reads its configuration again: "READY=1" follows.
void tell_service_manager_of_reloading();

}  // namespace hermes::io
