#pragma once

#include <utility>

#include "hermes_host.h"
#include "wasm/compiler.h"
#include "wasm/handle.h"

namespace hermes::wasm {

/// Machine code as one engine runs it. Instances of the same one share more than its pages: the
/// pool gives the next of them what the last one left warm.
class MappedComponent {
 public:
  /// `handle` is taken over.
  MappedComponent(CompiledComponent code, hermes_component* handle)
      : code_(std::move(code)), handle_(handle) {}

  const CompiledComponent& code() const { return code_; }
  const hermes_component* handle() const { return handle_.get(); }

 private:
  const CompiledComponent code_;
  const Handle<hermes_component, hermes_component_free> handle_;
};

}  // namespace hermes::wasm
