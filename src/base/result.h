#pragma once

// Result<T>: a value, or the Error that says why there is none.
//
//   Result<App> load(const Path& path) {
//     auto manifest = TRY(read_manifest(path).context("reading app.json"));
//     ...
//
// TRY is the value, or returns the error to our caller. A function that has nothing to return is a
// Result<> and succeeds with `return {};`.

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace hermes {

/// One code per reaction that a caller can have; everything else belongs in the message.
enum class Code : std::uint8_t {
  InvalidArgument,  // Can never succeed: ask for something else.
  NotFound,         // Nothing has that name.
  Denied,           // Needs a permission first.
  LimitReached,     // The asker holds its full share: let it release something.
  Busy,             // The engine is full: try again later.
  Stopping,         // The app or the engine is ending: give up.
  GuestFailed,      // The guest trapped.
  OutOfMemory,      // It did so for want of memory.
  TimedOut,         // It took longer than it may.
  Corrupt,          // The data is not what its author wrote.
};

class [[nodiscard]] Error {
 public:
  Error(Code code, std::string message) : code_(code), message_(std::move(message)) {}

  Code code() const { return code_; }
  const std::string& message() const { return message_; }

  /// Puts what we were doing in front: "loading app 'clock': no such file".
  Error context(std::string_view doing) && {
    message_.insert(0, std::string(doing) + ": ");
    return std::move(*this);
  }

 private:
  Code code_;
  std::string message_;
};

// Members are named as in std::expected, which can replace this class in C++23.
template <typename T = void>
class [[nodiscard]] Result {
 public:
  using Value = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

  Result()
    requires std::is_void_v<T>
  {}
  // NOLINTBEGIN(google-explicit-constructor): `return value;` and `return Error(...);` both work.
  Result(Value value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}
  // NOLINTEND(google-explicit-constructor)

  bool has_value() const { return state_.index() == 0; }

  /// Not for Result<bool>, where `if (add(...))` would take a `false` for success.
  explicit operator bool() const
    requires(!std::is_same_v<T, bool>)
  {
    return has_value();
  }

  Value& operator*() & { return std::get<0>(state_); }
  const Value& operator*() const& { return std::get<0>(state_); }
  Value&& operator*() && { return std::get<0>(std::move(state_)); }
  Value* operator->() { return &std::get<0>(state_); }
  const Value* operator->() const { return &std::get<0>(state_); }

  const Error& error() const& { return std::get<1>(state_); }
  Error&& error() && { return std::get<1>(std::move(state_)); }

  /// The same, with what we were doing in front of the error, if it is one.
  Result context(std::string_view doing) && {
    if (has_value()) return std::move(*this);
    return std::get<1>(std::move(state_)).context(doing);
  }

 private:
  std::variant<Value, Error> state_;
};

}  // namespace hermes

#define TRY(...) HERMES_TRY(HERMES_JOIN(try_, __COUNTER__), __VA_ARGS__)

// A fresh name for each use, so that one TRY may stand inside another.
#define HERMES_JOIN(a, b) HERMES_JOIN_EXPANDED(a, b)
#define HERMES_JOIN_EXPANDED(a, b) a##b
#define HERMES_TRY(result, ...)           \
  ({                                      \
    auto result = (__VA_ARGS__);          \
    if (!result.has_value()) [[unlikely]] \
      return std::move(result).error();   \
    *std::move(result);                   \
  })

// In an initializer list TRY comes first or not at all: GCC 12 forgets the members it has made when
// the list is left by a return (`Key{TRY(a), TRY(b)}` leaks a). A local takes each value instead;
// scripts/format --check finds those that are left.
