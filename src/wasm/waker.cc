#include "wasm/waker.h"

#include <utility>

namespace hermes::wasm {
namespace {

Waker& of(const WakerHead* head) {
  return *static_cast<Waker*>(const_cast<WakerHead*>(head));
}

}  // namespace

Waker::Waker()
    : WakerHead{.wake = [](const WakerHead* head) { of(head).wake(); },
                .retain = [](const WakerHead* head) { of(head).retain(); },
                .release = [](const WakerHead* head) { of(head).release(); }} {}

// Nobody retains it from outside, so after the last release there is no other.
void Waker::retain() {
  if (holders_.fetch_add(1, std::memory_order_relaxed) == 0) self_ = shared_from_this();
}

void Waker::release() {
  if (holders_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    const auto self = std::move(self_);
  }
}

}  // namespace hermes::wasm
