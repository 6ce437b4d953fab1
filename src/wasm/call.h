#pragma once

#include <any>
#include <cstdint>
#include <memory>

#include "base/result.h"
#include "wasm/call_state.h"
#include "wasm/export_type.h"

namespace hermes::wasm {

/// Called from any thread once a call that waited can go on. Holders share it.
class Waker {
 public:
  virtual ~Waker() = default;
  virtual void wake() noexcept = 0;
};

/// One event at one module, in an instance of its own, on a fiber. Polled by one thread at a
/// time, which holds a ThreadEntry.
class Call {
 public:
  enum class Progress : std::uint8_t {
    Waiting,   // The waker tells when to poll again.
    Yielded,   // A tick of the epoch clock passed: it can go on at once.
    Returned,  // `take_reply` has the value.
    Trapped,   // `error` says why.
  };

  Call(Call&&) noexcept;
  Call& operator=(Call&&) noexcept;
  /// Cancels it if it has not ended.
  ~Call();

  Progress poll();

  /// What the export returned, once; as the ExportType's read_reply has it.
  std::any take_reply(const ExportType& type);

  /// Why it trapped: Busy if the engine had no slot for the instance, and nothing of the guest has
  /// run; GuestFailed otherwise.
  const Error& error() const;

  /// Whether a memory was refused to it.
  bool hit_memory_limit() const;

 private:
  friend class InstancePre;
  struct State;
  explicit Call(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace hermes::wasm
