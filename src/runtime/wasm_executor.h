#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include "base/log.h"
#include "base/result.h"
#include "runtime/executor.h"
#include "wasm/engine.h"

namespace hermes::runtime {

/// How many calls an engine can still hold. For the thread that makes and drops them.
struct FreeSlots {
  std::size_t count;
};

/// One worker's Wasmtime engine. It counts its instances, so that a call for which there is no slot
/// is refused before its event begins.
class WasmExecutor final : public Executor {
 public:
  /// `log` takes what guests print, and outlives the executor and its programs.
  static Result<std::unique_ptr<WasmExecutor>> create(const wasm::EngineOptions& options,
                                                      const wasm::Imports& imports,
                                                      const wasm::MemoryBudget& memory,
                                                      log::Log& log);

  /// Links a component of an app, whose calls share `memory`. The error gives all reasons at once.
  Result<std::shared_ptr<const Program>> prepare(const wasm::CompiledComponent& component,
                                                 std::shared_ptr<const wasm::MemoryBudget> memory);

  void tick() noexcept override { engine_->tick(); }
  std::shared_ptr<void> enter_thread() override { return std::make_shared<wasm::ThreadEntry>(); }

 private:
  WasmExecutor(std::unique_ptr<wasm::Engine> engine, std::size_t slots, log::Log& log)
      : engine_(std::move(engine)), slots_{slots}, log_(log) {}

  const std::unique_ptr<wasm::Engine> engine_;
  FreeSlots slots_;
  log::Log& log_;
};

}  // namespace hermes::runtime
