#pragma once

// Only for engine.cc and compiler.cc.

#include <cstdint>

#include "hermes_host.h"
#include "wasm/engine.h"

namespace hermes::wasm {

hermes_engine_config config_of(const EngineOptions& options, const MemoryBudget& memory);

}  // namespace hermes::wasm
