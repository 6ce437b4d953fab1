#include "wasm/instance_pre.h"

#include <array>
#include <utility>

#include "base/strings.h"
#include "wasm/call_handle.h"
#include "wasm/words.h"

namespace hermes::wasm {
namespace {

hermes_waker share(std::shared_ptr<Waker> waker) {
  using Shared = std::shared_ptr<Waker>;
  return {.env = new Shared(std::move(waker)),
          .wake = [](void* env) { (*static_cast<Shared*>(env))->wake(); },
          .drop = [](void* env) { delete static_cast<Shared*>(env); }};
}

}  // namespace

std::ptrdiff_t export_number(std::string_view handler) {
  return hermes_export_number(reinterpret_cast<const std::uint8_t*>(handler.data()),
                              handler.size());
}

InstancePre::~InstancePre() {
  hermes_instance_pre_free(handle_);
}

bool InstancePre::exports(const ExportType& type) const {
  const auto number = type.number();
  return number >= 0 && hermes_instance_pre_exports(handle_, static_cast<std::size_t>(number));
}

Result<Call> InstancePre::start(const ExportType& type, const std::any& arguments, CallState& state,
                                std::size_t memory, std::shared_ptr<Waker> waker) const {
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
  TRY(check(hermes_call_new(handle_, static_cast<std::size_t>(number), &state, memory,
                            share(std::move(waker)), words.data(), words.size(), &call)));
  auto inside = std::make_unique<Call::State>(state, Handle<hermes_call, hermes_call_free>(call));
  return Call(std::move(inside));
}

}  // namespace hermes::wasm
