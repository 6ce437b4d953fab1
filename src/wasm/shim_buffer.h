#pragma once

// Puts what C++ answers into the buffer in which it crosses to Rust. Used by reply.h and shim.h.

#include <cstdint>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hermes_host.h"
#include "wasm/words.h"

namespace hermes::wasm {

template <typename Held>
using HeldPointer = std::unique_ptr<Held, void (*)(void*)>;

/// Keeps it in the place that `out` offers, if it fits.
template <typename Held>
HeldPointer<Held> hold(const hermes_buffer& out, Held held) {
  if constexpr (sizeof(Held) <= HERMES_PLACE && alignof(Held) <= alignof(std::uint64_t)) {
    if (out.place != nullptr) {
      return {new (out.place) Held(std::move(held)),
              [](void* p) { static_cast<Held*>(p)->~Held(); }};
    }
  }
  return {new Held(std::move(held)), [](void* p) { delete static_cast<Held*>(p); }};
}

/// Puts `value` into `out`, which then owns what the words point to.
template <typename T>
void give(hermes_buffer& out, ResourceTable& resources, T value) {
  struct Held {
    T value;
    std::vector<std::uint64_t> words;
  };
  Writer to(out.small, resources);
  HeldPointer<Held> held(nullptr, nullptr);
  if constexpr (Words<T>::kFlat) {
    Words<T>::write(to, value);
    if (to.spilled()) held = hold(out, Held{std::move(value), to.take()});
  } else {
    held = hold(out, Held{std::move(value), {}});
    Words<T>::write(to, held->value);
    if (to.spilled()) held->words = to.take();
  }
  out.len = to.size();
  out.words = held && !held->words.empty() ? held->words.data() : nullptr;
  if (held) {
    out.drop = held.get_deleter();
    out.owner = held.release();
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
