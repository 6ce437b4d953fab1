#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "hermes_host.h"

namespace hermes::wasm {

template <auto kFree>
struct Free {
  void operator()(auto* handle) const { kFree(handle); }
};

/// Owns what a `_new` function of the static library returned.
template <typename T, auto kFree>
using Handle = std::unique_ptr<T, Free<kFree>>;

/// What a function of the library answered: null for success, or an error, which is taken over.
inline Result<> check(hermes_error* raw) {
  const Handle<hermes_error, hermes_error_free> error(raw);
  if (!error) return {};
  std::size_t len = 0;
  const auto* text = reinterpret_cast<const char*>(hermes_error_message(error.get(), &len));
  const auto code = hermes_error_is_busy(error.get()) ? Code::Busy : Code::InvalidArgument;
  return Error(code, std::string(text, len));
}

}  // namespace hermes::wasm
