#pragma once

#include <any>
#include <cstdint>
#include <memory>

#include "base/result.h"
#include "wasm/call.h"
#include "wasm/call_limits.h"
#include "wasm/call_state.h"
#include "wasm/export_type.h"
#include "wasm/waker.h"

struct hermes_instance_pre;

namespace hermes::wasm {

class MappedComponent;

/// A component linked to an engine's host functions, ready to be instantiated. Thread-safe.
class InstancePre {
 public:
  /// `handle` is taken over.
  InstancePre(hermes_instance_pre* handle, std::shared_ptr<const MappedComponent> code);
  InstancePre(const InstancePre&) = delete;
  ~InstancePre();

  /// Whether the component exports the handler.
  bool exports(const ExportType& type) const;

  /// The bytes that the largest memory of each call begins with.
  std::uint64_t first_memory() const;

  /// A call of an export that it has; nothing of the guest runs before the first poll. `arguments`,
  /// `state` and this outlive it; `waker` is kept alive. Fails with InvalidArgument for arguments
  /// that cannot cross.
  Result<Call> start(const ExportType& type, const std::any& arguments, CallState& state,
                     const CallLimits& limits, const Waker& waker) const;

 private:
  hermes_instance_pre* const handle_;
  const std::shared_ptr<const MappedComponent> code_;  // For the next who asks for the same.
};

}  // namespace hermes::wasm
