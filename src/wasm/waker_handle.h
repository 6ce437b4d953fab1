#pragma once

// Only for what meets the Rust side.

#include "hermes_host.h"
#include "wasm/waker.h"

namespace hermes::wasm {

static_assert(sizeof(WakerHead) == sizeof(hermes_waker));

inline const hermes_waker* handle_of(const Waker& waker) {
  return reinterpret_cast<const hermes_waker*>(static_cast<const WakerHead*>(&waker));
}

}  // namespace hermes::wasm
