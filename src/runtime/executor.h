#pragma once

// What a worker runs calls on. The real one is Wasmtime (wasm_executor.h); lanes and workers know
// only these classes, so that tests can run them on calls written in C++, under sanitizers that
// cannot follow a guest.

#include <any>
#include <cstdint>
#include <memory>

#include "base/result.h"
#include "runtime/call_context.h"
#include "runtime/event.h"
#include "wasm/waker.h"

namespace hermes::runtime {

/// One event at one module, from its start to its outcome. One thread drives it; destroying it
/// cancels what has not finished.
class Execution {
 public:
  enum class Progress : std::uint8_t {
    Waiting,   // The waker tells when to poll again.
    Yielded,   // It used up its slice, and can go on at once.
    Finished,  // `take_reply` says what it came to.
  };

  virtual ~Execution() = default;

  virtual Progress poll() = 0;

  /// Once, when finished: the handler's reply, or why there is none: GuestFailed where it trapped,
  /// OutOfMemory where it did for want of memory. After the first poll also
  /// Busy, where no instance was free after all: nothing of the handler has run.
  virtual Result<std::any> take_reply() = 0;
};

/// A module as one worker can call it. Its functions are called by that worker's thread; it may be
/// destroyed by any.
class Program {
 public:
  virtual ~Program() = default;

  /// Begins a call, not yet polled. `event` and this outlive it. An error is Busy where no instance
  /// is free; everything else is the call's own failure.
  virtual Result<std::unique_ptr<Execution>> start(const Event& event, CallContext::Info info,
                                                   std::shared_ptr<wasm::Waker> waker) const = 0;

  /// The bytes that the largest memory of each call begins with.
  virtual std::uint64_t first_memory() const { return 0; }
};

/// The machine below one worker's calls.
class Executor {
 public:
  virtual ~Executor() = default;

  /// From any thread: what runs yields soon.
  virtual void tick() noexcept = 0;

  /// What a thread holds for as long as it drives executions; null if it needs nothing.
  virtual std::shared_ptr<void> enter_thread() { return nullptr; }
};

}  // namespace hermes::runtime
