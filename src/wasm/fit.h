#pragma once

#include <cstddef>

#include "base/log.h"
#include "wasm/engine.h"

namespace hermes::wasm {

/// What of the options the machine gives to so many engines. A pool reserves 4 GiB of addresses for
/// each memory, and divides them into some of the `mappings` that a process may have: its slots are
/// fewer where there are not as many, and where addresses are refused (ulimit -v), there is no
/// pool. Either is logged.
EngineOptions fit(EngineOptions options, std::size_t engines, std::size_t mappings, log::Log& log);

}  // namespace hermes::wasm
