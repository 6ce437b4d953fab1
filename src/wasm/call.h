#pragma once

#include <any>
#include <cstdint>
#include <memory>
#include <optional>

#include "base/result.h"
#include "wasm/call_limits.h"
#include "wasm/call_state.h"
#include "wasm/export_type.h"

struct hermes_buffer;
struct hermes_call;

namespace hermes::wasm {

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

  Call(Call&&) = default;
  /// Cancels it if it has not ended.
  ~Call();

  Progress poll();

  /// What the export returned, once; as the ExportType's read_reply has it.
  std::any take_reply(const ExportType& type);

  /// Why it trapped: GuestFailed, or Busy if the engine had no slot or no memory for the instance,
  /// where nothing of the handler has run.
  const Error& error() const;

  /// Which limit kept it from more memory, the last time that one did.
  MemoryLimit memory_limit() const;

 private:
  friend class InstancePre;
  struct Free {
    void operator()(hermes_call* call) const;
  };
  Call(CallState& state, hermes_call* call) : state_(state), call_(call) {}

  CallState& state_;
  std::unique_ptr<hermes_call, Free> call_;
  const hermes_buffer* reply_ = nullptr;  // Owned by the call; null until it has returned.
  std::optional<Error> error_;
};

}  // namespace hermes::wasm
