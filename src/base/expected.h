#pragma once

#include <type_traits>
#include <utility>
#include <variant>

namespace hermes {

/// The error of an Expected: `return Unexpected(Errno::UnknownTimezone);`
template <typename E>
struct Unexpected {
  explicit Unexpected(E e) : error(std::move(e)) {}
  E error;
};

/// What a WIT `result<T, E>` is in C++: a value or an error, and both are answers to the guest.
///
/// Not to be taken for Result, whose error traps the call. Members are named as in std::expected,
/// which can replace this class in C++23; `_` of the WIT is void.
template <typename T, typename E>
class [[nodiscard]] Expected {
 public:
  using Value = std::conditional_t<std::is_void_v<T>, std::monostate, T>;
  using ErrorValue = std::conditional_t<std::is_void_v<E>, std::monostate, E>;

  Expected()
    requires std::is_void_v<T>
  {}
  // NOLINTBEGIN(google-explicit-constructor): `return value;` and `return Unexpected(e);` work.
  Expected(Value value) : state_(std::in_place_index<0>, std::move(value)) {}
  template <typename F>
  Expected(Unexpected<F> e) : state_(std::in_place_index<1>, std::move(e.error)) {}
  // NOLINTEND(google-explicit-constructor)

  bool has_value() const { return state_.index() == 0; }

  Value& operator*() & { return std::get<0>(state_); }
  const Value& operator*() const& { return std::get<0>(state_); }
  Value&& operator*() && { return std::get<0>(std::move(state_)); }
  Value* operator->() { return &std::get<0>(state_); }
  const Value* operator->() const { return &std::get<0>(state_); }

  const ErrorValue& error() const { return std::get<1>(state_); }
  ErrorValue& error() { return std::get<1>(state_); }

  bool operator==(const Expected&) const = default;

 private:
  std::variant<Value, ErrorValue> state_;
};

}  // namespace hermes
