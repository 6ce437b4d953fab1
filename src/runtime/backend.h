#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "base/result.h"
#include "runtime/app.h"
#include "runtime/executor.h"
#include "runtime/generation.h"
#include "wasm/linker.h"

namespace hermes::runtime {

/// A component, as far as it could be loaded.
struct LoadedModule {
  Module module;  // Also where it cannot run: then it tells what it imports, if it is compiled.
  Result<> runs = {};  // Or all reasons why it cannot, a line each.
};

/// Makes components runnable. The real one is Wasmtime (wasm_backend.h). Its functions are called
/// by one thread, while executors run on others.
class Backend {
 public:
  virtual ~Backend() = default;

  /// Where extensions are linked, before `open`.
  virtual wasm::Linker& linker() = 0;

  /// Makes an executor for each worker. They live as long as the backend, and so do the programs
  /// that `load` makes.
  virtual Result<> open(std::size_t workers) = 0;
  virtual std::span<Executor* const> executors() const = 0;

  /// Makes a module of an app ready for every executor, without haste where the engine is
  /// `serving`.
  virtual LoadedModule load(const AppId& app, const ModuleSource& source, bool serving) = 0;
};

}  // namespace hermes::runtime
