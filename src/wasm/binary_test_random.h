#pragma once

// Random values of reflected types.

#include <bit>
#include <random>
#include <tuple>
#include <type_traits>
#include <variant>

#include "wasm/binary.h"

namespace hermes::wasm::test {

class Random {
 public:
  explicit Random(std::uint64_t seed) : bits_(seed) {}

  std::uint64_t below(std::uint64_t limit) { return bits_() % limit; }

  template <typename T>
  T any() {
    if constexpr (std::is_default_constructible_v<T>) {
      T value{};
      fill(value);
      return value;
    } else {
      T value = typename T::Value();  // An Expected.
      fill(value);
      return value;
    }
  }

 private:
  void fill(bool& value) { value = below(2) == 1; }
  void fill(char32_t& value) { value = static_cast<char32_t>(below(0xD800)); }
  void fill(float& value) { value = std::bit_cast<float>(static_cast<std::uint32_t>(bits_())); }
  void fill(double& value) { value = std::bit_cast<double>(bits_()); }
  void fill(std::monostate&) {}

  template <typename T>
    requires std::is_integral_v<T>
  void fill(T& value) {
    value = static_cast<T>(bits_() >> below(64));
  }

  template <typename T>
    requires std::is_enum_v<T>
  void fill(T& value) {
    constexpr auto kLimit = kFlagCount<T> > 0 ? std::uint64_t{1} << kFlagCount<T> : kCaseCount<T>;
    value = static_cast<T>(below(kLimit));
  }

  void fill(std::string& value) {
    constexpr const char* kPieces[] = {"", "a", "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x8C\x8D"};
    // Mostly short, and sometimes past one byte of LEB128.
    auto count = below(50) == 0 ? 100 + below(100) : below(4);
    for (; count > 0; --count) value += kPieces[below(5)];
  }

  template <typename T>
  void fill(std::vector<T>& value) {
    for (auto count = below(4); count > 0; --count) value.push_back(any<T>());
  }

  template <typename T>
  void fill(std::optional<T>& value) {
    if (below(2) == 1) value = any<T>();
  }

  template <typename T, typename E>
  void fill(Expected<T, E>& value) {
    if (below(2) == 1) {
      value = any<typename Expected<T, E>::Value>();
    } else {
      value = Unexpected(any<typename Expected<T, E>::ErrorValue>());
    }
  }

  template <typename... T>
  void fill(std::tuple<T...>& value) {
    value = std::tuple<T...>{any<T>()...};
  }

  template <typename... C>
  void fill(std::variant<C...>& value) {
    const auto index = below(sizeof...(C));
    std::size_t i = 0;
    ((i++ == index ? void(value = any_case<C>()) : void()), ...);
  }

  template <Record T>
  void fill(T& value) {
    std::apply([&](auto... member) { (fill(value.*member), ...); }, kMembers<T>);
  }

  template <typename C>
  C any_case() {
    C value{};
    if constexpr (CaseWithValue<C>) fill(value.value);
    return value;
  }

  std::mt19937_64 bits_;
};

}  // namespace hermes::wasm::test
