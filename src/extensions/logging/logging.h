#pragma once

#include <memory>

#include "base/log.h"
#include "runtime/extension.h"

namespace hermes::logging {

/// hermes:logging: what apps log becomes records of the engine's log. `log` outlives the
/// extension.
std::unique_ptr<runtime::Extension> make(log::Log& log);

}  // namespace hermes::logging
