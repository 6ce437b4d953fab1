#pragma once

// Only for what meets the Rust side.

#include <cstdint>

#include "hermes_host.h"
#include "wasm/engine.h"
#include "wasm/wasi_host.h"

namespace hermes::wasm {

hermes_engine_config config_of(const EngineOptions& options, const MemoryBudget& memory,
                               WasiHost* wasi = nullptr);

/// As the Rust side takes it; null is nothing.
hermes_wasi_host handle_of(WasiHost* host);

}  // namespace hermes::wasm
