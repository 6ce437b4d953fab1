#pragma once

#include <memory>

#include "base/log.h"
#include "base/time.h"
#include "extensions/logging/limits.h"
#include "runtime/extension.h"

namespace hermes::logging {

/// hermes:logging: what apps log becomes records of the engine's log. `log` and `clock` outlive the
/// extension.
std::unique_ptr<runtime::Extension> make(log::Log& log, Clock& clock, Limits limits = {});

}  // namespace hermes::logging
