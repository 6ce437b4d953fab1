#pragma once

#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <string_view>

#include "wasm/resource_table.h"

namespace hermes::wasm {

/// Where a guest's output goes.
enum class Output : std::uint8_t { Stdout, Stderr };

/// What a limit refuses to a guest, which goes on with an error.
enum class Refusal : std::uint8_t {
  CallMemory,  // To grow a memory or a table: by what the call may have.
  AppMemory,
  EngineMemory,
  Var,  // A write to /var.
  Tmp,
  Files,       // One more that is open.
  Listings,    // One more directory that is read.
  HttpBodies,  // One more request of wasi:http whose bodies are under way.
};

/// What the door keeps for a call while it runs. Host functions get the class that the runtime
/// derives from it. It outlives the call's instance, and only the thread that polls the call
/// touches it.
class CallState {
 public:
  CallState() = default;
  /// With room for so many resources.
  explicit CallState(std::size_t resources) : resources_(resources) {}
  CallState(const CallState&) = delete;
  virtual ~CallState() = default;

  ResourceTable& resources() { return resources_; }

  /// Asked to stop once the call is cancelled; what a @waiting function started may look at it from
  /// any thread.
  std::stop_token stop_token() {
    if (!stop_.stop_possible()) stop_ = std::stop_source();
    return stop_.get_token();
  }
  void request_stop() { stop_.request_stop(); }

  /// The guest wrote to stdout or stderr: any piece of text, not always a whole line.
  virtual void output(Output stream, std::string_view text) = 0;

  /// A @blocking host function begins and ends on this thread. `function` is a literal.
  virtual void blocking_began(std::string_view /*function*/) {}
  virtual void blocking_ended() {}

  virtual void refused(Refusal /*what*/) {}

 private:
  ResourceTable resources_;
  std::stop_source stop_{std::nostopstate};  // Made for the first who asks.
};

}  // namespace hermes::wasm
