#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "wasm/shim_buffer.h"

namespace hermes::wasm {

/// Completes a @waiting host function, once, from any thread.
///
///   void send(CallContext& call, Payload payload, Reply<Expected<void, ErrorCode>> reply)
///   override;
///
/// Dropping it fails the call. Completing it again, or after its call has ended, does nothing. What
/// owns resources cannot be replied: the call's table belongs to the call's thread.
template <typename T = void>
class Reply {
 public:
  using Value = Result<T>::Value;

  explicit Reply(const hermes_slot* slot) : slot_(slot) {}
  Reply(Reply&& other) noexcept : slot_(std::exchange(other.slot_, nullptr)) {}
  Reply& operator=(Reply&& other) noexcept {
    std::swap(slot_, other.slot_);
    return *this;
  }
  ~Reply() {
    if (slot_ != nullptr) fail(Error(Code::GuestFailed, "the host function gave up on the call"));
  }

  /// False once it was completed or moved from.
  explicit operator bool() const { return slot_ != nullptr; }

  /// Answers the guest.
  void operator()(Value value) {
    if (slot_ == nullptr) return;
    hermes_buffer out{};
    ResourceTable none(0);
    const auto failed = guarded(out, [&] { give<Value>(out, none, std::move(value)); });
    hermes_slot_complete(std::exchange(slot_, nullptr), failed, &out);
  }

  /// Traps the call.
  void fail(const Error& error) {
    if (slot_ == nullptr) return;
    hermes_buffer out{};
    give_error(out, error.message());
    hermes_slot_complete(std::exchange(slot_, nullptr), true, &out);
  }

 private:
  const hermes_slot* slot_;
};

}  // namespace hermes::wasm
