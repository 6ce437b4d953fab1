#pragma once

// The insides of a Call. Only for instance_pre.cc and call.cc.

#include <optional>

#include "hermes_host.h"
#include "wasm/call.h"
#include "wasm/handle.h"

namespace hermes::wasm {

struct Call::State {
  CallState& call_state;
  Handle<hermes_call, hermes_call_free> handle;
  hermes_buffer reply = {};
  std::optional<Error> error = std::nullopt;
};

}  // namespace hermes::wasm
