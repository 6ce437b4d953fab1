#pragma once

#include <memory>
#include <string>

#include "base/time.h"
#include "extensions/localtime/zone.h"
#include "runtime/extension.h"

namespace hermes::localtime {

/// hermes:localtime: times in the zones of the IANA database. `clock` outlives the extension; the
/// machine's zone is that of the engine's start.
std::unique_ptr<runtime::Extension> make(Clock& clock, std::string machine = zone_of_machine());

}  // namespace hermes::localtime
