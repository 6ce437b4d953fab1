#pragma once

// The door to Wasmtime. One Engine per worker: its instance pool, its linker and the pre-linked
// instances of every module belong to one core, because a shared engine does not scale (ADR 0003).
//
//   Compiler ──compile──▶ CompiledComponent ──Engine::prepare──▶ InstancePre ──start──▶ Call

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "wasm/call_state.h"
#include "wasm/compiler.h"
#include "wasm/export_type.h"
#include "wasm/linker.h"

struct hermes_call;
struct hermes_engine;
struct hermes_instance_pre;

namespace hermes::wasm {

struct EngineOptions {
  bool pooling = true;                               // false: allocate on demand, as sanitizers need.
  std::uint32_t slots = 1'000;                       // Calls at once.
  std::size_t max_memory = std::size_t{128} << 20;   // Of one linear memory.
};

/// Called from any thread once a call that waited can go on. Holders share it.
class Waker {
 public:
  virtual ~Waker() = default;
  virtual void wake() noexcept = 0;
};

/// One event at one module, in an instance of its own, on a fiber. Polled by one thread, always the
/// one that made it, which holds a ThreadEntry.
class Call {
 public:
  enum class Progress : std::uint8_t {
    Waiting,   // The waker tells when to poll again.
    Yielded,   // A tick of the epoch clock passed: it can go on at once.
    Returned,  // `reply` has the value.
    Trapped,   // `error` says why.
  };

  Call(Call&&) noexcept;
  Call& operator=(Call&&) noexcept;
  /// Cancels it if it has not ended.
  ~Call();

  Progress poll();

  /// What the export returned, once; as the ExportType's read_reply has it.
  std::any take_reply(const ExportType& type);

  /// Why it trapped.
  const Error& error() const;

  /// Whether a memory was refused to it.
  bool hit_memory_limit() const;

 private:
  friend class InstancePre;
  struct State;
  explicit Call(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// A component linked to an engine's host functions, ready to be instantiated.
class InstancePre {
 public:
  InstancePre(hermes_instance_pre* handle, std::vector<bool> exports);
  InstancePre(const InstancePre&) = delete;
  ~InstancePre();

  /// Whether the component exports the handler.
  bool exports(const ExportType& type) const;

  /// A call, not yet begun. `arguments`, `state` and this outlive it; `memory` is in bytes, over
  /// all memories of the call. An error is the engine's: no slot is left (Busy), arguments that
  /// cannot cross (InvalidArgument).
  Result<Call> start(const ExportType& type, const std::any& arguments, CallState& state,
                     std::size_t memory, std::shared_ptr<Waker> waker) const;

 private:
  hermes_instance_pre* handle_;
  std::vector<bool> exports_;
};

class Engine {
 public:
  /// Fails where the machine does not give what the options ask for.
  static Result<std::unique_ptr<Engine>> create(const EngineOptions& options,
                                                const Imports& imports);
  Engine(const Engine&) = delete;
  ~Engine();

  /// Links the component. Fails with every import that nobody provides and every export whose
  /// signature differs, all at once.
  Result<std::unique_ptr<InstancePre>> prepare(const CompiledComponent& component) const;

  /// Lets running guests yield soon. From any thread.
  void tick() const;

 private:
  explicit Engine(hermes_engine* handle) : handle_(handle) {}
  hermes_engine* handle_;
};

/// What a thread that polls calls holds for as long as it does: WASI's timers need it.
class ThreadEntry {
 public:
  ThreadEntry();
  ThreadEntry(const ThreadEntry&) = delete;
  ~ThreadEntry();

 private:
  void* handle_;
};

}  // namespace hermes::wasm
