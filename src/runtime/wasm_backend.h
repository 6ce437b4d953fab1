#pragma once

#include <memory>

#include "base/log.h"
#include "base/result.h"
#include "runtime/backend.h"
#include "runtime/engine.h"

namespace hermes::runtime {

/// Wasmtime: compiles components once, and links them in the engine of each worker. `log` outlives
/// it.
Result<std::unique_ptr<Backend>> open_wasm_backend(const EngineConfig& config, log::Log& log);

}  // namespace hermes::runtime
