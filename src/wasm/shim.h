#pragma once

// Turns member functions into what Rust can call. The generated import tables are made of these:
//
//   {"kv-get", host_function<Form::Quick, &Api::kv_get>()},
//
// A function of an interface is called on its implementation; a method of a resource on the object
// behind the handle. An Error and an exception both become a trap of the call.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "base/result.h"
#include "hermes_host.h"
#include "wasm/call_state.h"
#include "wasm/reply.h"
#include "wasm/shim_buffer.h"
#include "wasm/words.h"

namespace hermes::wasm {

/// The three forms of a host function (docs/architecture.md, section 2).
enum class Form : std::uint8_t { Quick, Waiting, Blocking };

namespace detail {

// How a parameter of a C++ signature is read from words: T& is the object behind a borrow.
template <typename T>
struct Param {
  using Type = T;
  static T&& pass(T& value) { return std::move(value); }
};
template <typename T>
struct Param<T&> {
  using Type = T*;
  static T& pass(T* value) { return *value; }
};

template <typename F>
struct Signature;
template <typename C, typename R, typename Context, typename... A>
struct Signature<Result<R> (C::*)(Context&, A...)> {
  using Class = C;
  using Self = C;
  using Return = R;
  using CallContext = Context;
  using Args = std::tuple<A...>;
};
template <typename C, typename R, typename Context, typename... A>
struct Signature<Result<R> (C::*)(Context&, A...) const>
    : Signature<Result<R> (C::*)(Context&, A...)> {
  using Self = const C;
};
template <typename C, typename Context, typename... A>
struct Signature<void (C::*)(Context&, A...)> {
  using Class = C;
  using Self = C;
  using Return = void;
  using CallContext = Context;
  using Args = std::tuple<A...>;
};
template <typename C, typename Context, typename... A>
struct Signature<void (C::*)(Context&, A...) const> : Signature<void (C::*)(Context&, A...)> {
  using Self = const C;
};

// Calls `function` with `last` behind the arguments that it reads.
template <auto kFunction, typename... Last>
auto invoke(void* implementation, CallState& state, Reader& from, Last&&... last) {
  using S = Signature<decltype(kFunction)>;
  using Self = S::Self;
  Self* self = nullptr;
  if constexpr (std::derived_from<typename S::Class, Resource>) {
    self = Words<Self*>::read(from);
  } else {
    self = static_cast<Self*>(implementation);
  }
  constexpr auto kCount = std::tuple_size_v<typename S::Args> - sizeof...(Last);
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    // Braces, so that the arguments are read from the first to the last.
    std::tuple<typename Param<std::tuple_element_t<I, typename S::Args>>::Type...> args{
        Words<typename Param<std::tuple_element_t<I, typename S::Args>>::Type>::read(from)...};
    return (self->*kFunction)(
        static_cast<S::CallContext&>(state),
        Param<std::tuple_element_t<I, typename S::Args>>::pass(std::get<I>(args))...,
        std::forward<Last>(last)...);
  }(std::make_index_sequence<kCount>());
}

class BlockingSection {
 public:
  explicit BlockingSection(CallState& state) : state_(state) { state_.blocking_began("@blocking"); }
  BlockingSection(const BlockingSection&) = delete;
  ~BlockingSection() { state_.blocking_ended(); }

 private:
  CallState& state_;
};

template <Form kForm, auto kFunction>
bool call_now(void* implementation, void* state, const std::uint64_t* words, std::size_t len,
              hermes_buffer* out) noexcept {
  bool failed = false;
  const bool threw = guarded(*out, [&] {
    auto& call = *static_cast<CallState*>(state);
    Reader from({words, len}, call.resources());
    auto result = [&] {
      if constexpr (kForm == Form::Blocking) {
        const BlockingSection section(call);
        return invoke<kFunction>(implementation, call, from);
      } else {
        return invoke<kFunction>(implementation, call, from);
      }
    }();
    failed = !result.has_value();
    if (failed) return give_error(*out, result.error().message());
    give<typename decltype(result)::Value>(*out, call.resources(), *std::move(result));
  });
  return failed || threw;
}

template <auto kFunction>
void call_waiting(void* implementation, void* state, const std::uint64_t* words, std::size_t len,
                  const hermes_slot* slot) noexcept {
  using Args = Signature<decltype(kFunction)>::Args;
  std::tuple_element_t<std::tuple_size_v<Args> - 1, Args> reply(slot);
  // `slot` stays valid until it is completed, which only happens through `reply`.
  try {
    auto& call = *static_cast<CallState*>(state);
    Reader from({words, len}, call.resources());
    invoke<kFunction>(implementation, call, from, std::move(reply));
  } catch (const std::exception& e) {
    if (reply) reply.fail(Error(Code::GuestFailed, e.what()));
  } catch (...) {
  }
}

}  // namespace detail

template <Form kForm, auto kFunction>
constexpr hermes_host_function host_function() {
  if constexpr (kForm == Form::Waiting) {
    return {.now = nullptr, .later = &detail::call_waiting<kFunction>};
  } else {
    return {.now = &detail::call_now<kForm, kFunction>, .later = nullptr};
  }
}

/// The imports of one interface, in WIT order.
struct ImportTable {
  struct Function {
    std::string_view name;
    hermes_host_function function;
  };

  std::string_view interface;
  const Function* functions;
  std::size_t count;
};

}  // namespace hermes::wasm
