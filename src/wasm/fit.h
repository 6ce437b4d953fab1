#pragma once

#include <cstddef>

#include "base/log.h"
#include "wasm/engine.h"

namespace hermes::wasm {

/// What of the options the machine gives to so many engines. A pool reserves 4 GiB of addresses for
/// each memory: its slots are fewer where a process has not as many addresses, and where they are
/// refused (ulimit -v), there is no pool. Either is logged.
EngineOptions fit(EngineOptions options, std::size_t engines, log::Log& log);

}  // namespace hermes::wasm
