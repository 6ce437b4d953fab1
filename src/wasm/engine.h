#pragma once

// The door to Wasmtime. One Engine per worker: its instance pool, its linker and the pre-linked
// instances of every module belong to one core, because a shared engine does not scale (ADR 0003).
//
//   Compiler ──compile──▶ CompiledComponent ──Engine::prepare──▶ InstancePre ──start──▶ Call

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/guarded.h"
#include "base/result.h"
#include "wasm/compiler.h"
#include "wasm/instance_pre.h"
#include "wasm/linker.h"
#include "wasm/memory_budget.h"

struct hermes_engine;

namespace hermes::wasm {

class MappedComponent;

struct EngineOptions {
  bool pooling = true;          // false: memory on demand, where addresses are scarce.
  std::uint32_t slots = 1'000;  // Calls at once.
  std::size_t max_memory = std::size_t{4} << 30;  // Of one linear memory, in bytes.
};

/// Thread-safe, except that calls stay on one thread.
class Engine {
 public:
  /// Fails where the machine does not give what the options ask for. All calls take of `memory`,
  /// those of other engines too.
  static Result<std::unique_ptr<Engine>> create(const EngineOptions& options,
                                                const Imports& imports, const MemoryBudget& memory);
  Engine(const Engine&) = delete;
  ~Engine();

  /// Links the component. Fails with every import that nobody provides and every export whose
  /// signature differs, a line each. Its calls take of `memory` too, which is the app's. The result
  /// does not outlive the engine.
  Result<std::unique_ptr<InstancePre>> prepare(const CompiledComponent& component,
                                               const MemoryBudget& memory) const;

  /// Lets running guests yield soon. From any thread.
  void tick() const;

  /// Whether the kernel tells which pages a call has dirtied, which makes resetting them cheap.
  static bool scans_pages();

 private:
  using Mapped = std::vector<std::weak_ptr<const MappedComponent>>;

  explicit Engine(hermes_engine* handle) : handle_(handle) {}
  Result<std::shared_ptr<const MappedComponent>> map(const CompiledComponent& component) const;

  hermes_engine* const handle_;
  mutable Guarded<Mapped> mapped_;  // What is in use: apps with the same component share it.
};

/// What a thread that polls calls holds for as long as it does: WASI's timers need it.
class ThreadEntry {
 public:
  ThreadEntry();
  ThreadEntry(const ThreadEntry&) = delete;
  ~ThreadEntry();

 private:
  void* const handle_;
};

}  // namespace hermes::wasm
