#include "wasm/instance_pre.h"

#include <array>
#include <utility>

#include "base/strings.h"
#include "hermes_host.h"
#include "wasm/handle.h"
#include "wasm/mapped_component.h"
#include "wasm/waker_handle.h"
#include "wasm/words.h"

namespace hermes::wasm {
std::ptrdiff_t export_number(std::string_view handler) {
  return hermes_export_number(reinterpret_cast<const std::uint8_t*>(handler.data()),
                              handler.size());
}

InstancePre::InstancePre(hermes_instance_pre* handle, std::shared_ptr<const MappedComponent> code)
    : handle_(handle), code_(std::move(code)) {}

InstancePre::~InstancePre() {
  hermes_instance_pre_free(handle_);
}

bool InstancePre::exports(const ExportType& type) const {
  const auto number = type.number();
  return number >= 0 && hermes_instance_pre_exports(handle_, static_cast<std::size_t>(number));
}

std::uint64_t InstancePre::first_memory() const {
  constexpr std::uint64_t kPage = 64 * 1024;
  return hermes_component_first_memory(code_->handle()) * kPage;
}

Result<Call> InstancePre::start(const ExportType& type, const std::any& arguments, CallState& state,
                                const CallLimits& limits, const Waker& waker) const {
  const auto number = type.number();
  if (number < 0) {
    return Error(Code::InvalidArgument, concat("the engine knows no export ", type.handler));
  }
  std::array<std::uint64_t, Writer::kSmall> small;
  Writer words(small, state.resources());
  try {
    type.write(arguments, words);
  } catch (const CodecError& error) {
    return Error(Code::InvalidArgument, concat(type.handler, ": ", error.what()));
  }
  hermes_call* call = nullptr;
  TRY(check(hermes_call_new(
      handle_, static_cast<std::size_t>(number), &state,
      {.memory = limits.memory, .host_memory = limits.host_memory, .resources = limits.resources},
      handle_of(waker), words.data(), words.size(), &call)));
  return Call(state, call);
}

}  // namespace hermes::wasm
