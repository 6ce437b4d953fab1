#pragma once

// Puts what C++ answers into the buffer in which it crosses to Rust. Used by reply.h and shim.h.

#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hermes_host.h"
#include "wasm/words.h"

namespace hermes::wasm {

/// Puts `value` into `out`, which then owns what the words point to.
template <typename T>
void give(hermes_buffer& out, ResourceTable& resources, T value) {
  struct Held {
    T value;
    std::vector<std::uint64_t> words;
  };
  Writer to(out.small, resources);
  std::unique_ptr<Held> held;
  if constexpr (Words<T>::kFlat) {
    Words<T>::write(to, value);
    if (to.spilled()) held = std::make_unique<Held>(Held{std::move(value), to.take()});
  } else {
    held = std::make_unique<Held>(Held{std::move(value), {}});
    Words<T>::write(to, held->value);
    if (to.spilled()) held->words = to.take();
  }
  out.len = to.size();
  out.words = held && !held->words.empty() ? held->words.data() : nullptr;
  if (held) {
    out.owner = held.release();
    out.drop = [](void* owner) { delete static_cast<Held*>(owner); };
  }
}

/// Puts an error message into `out`; without memory for it, an empty one.
inline void give_error(hermes_buffer& out, std::string_view message) noexcept {
  try {
    auto text = std::make_unique<std::string>(message);
    out.error = reinterpret_cast<const std::uint8_t*>(text->data());
    out.error_len = text->size();
    out.owner = text.release();
    out.drop = [](void* owner) { delete static_cast<std::string*>(owner); };
  } catch (...) {
  }
}

/// Runs `f`; what it throws becomes an error in `out`. Returns whether it failed.
template <typename F>
bool guarded(hermes_buffer& out, F&& f) noexcept {
  try {
    f();
    return false;
  } catch (const std::exception& e) {
    give_error(out, e.what());
  } catch (...) {
    give_error(out, "an unknown C++ exception");
  }
  return true;
}

}  // namespace hermes::wasm
