#pragma once

// The stable binary form of generated types: what a durable log, a dead-letter store, record and
// replay, and delivery to another node share. docs/formats/events.md has the same for readers.
//
//   version           one byte, kBinaryVersion
//   bool              one byte, 0 or 1
//   integer, char     its bytes, the lowest first; a char is 4
//   f32, f64          the bytes of its bits
//   count             LEB128: 7 bits a byte, the lowest first, bit 7 set on all but the last; as
//   few
//                     bytes as there can be
//   string            count of bytes, UTF-8
//   list              count, elements
//   enum              number of the case, as a count
//   flags             the bytes of its C++ type; only the bits of its flags
//   option            count 0; or 1, value
//   result            count 0, value; or 1, error
//   variant           number of the case, as a count; payload
//   record, tuple     members
//
// A value has one form, and a form one value: what decodes encodes to the same bytes. Nothing names
// a type or a member, so a change to a WIT type needs another version.

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/expected.h"
#include "base/result.h"
#include "wasm/binary_io.h"
#include "wasm/reflect.h"
#include "wasm/resource_table.h"

namespace hermes::wasm {

inline constexpr std::uint8_t kBinaryVersion = 1;

/// Binary<T>: `write` to any sink, `read`, and kMin: the fewest bytes that a value takes.
template <typename T>
struct Binary;

/// Values that are their own bytes. Lists of these are copied as a whole.
template <typename T>
concept PlainBytes = std::is_arithmetic_v<T> && !std::same_as<T, bool>;

template <PlainBytes T>
struct Binary<T> {
  static constexpr std::size_t kMin = sizeof(T);
  static void write(auto& to, T value) { to.bytes(&value, sizeof value); }
  static T read(BinaryReader& from) { return from.plain<T>(); }
};

template <>
struct Binary<bool> {
  static constexpr std::size_t kMin = 1;
  static void write(auto& to, bool value) { to.count(value ? 1 : 0); }
  static bool read(BinaryReader& from) { return from.number_below(2) == 1; }
};

template <>
struct Binary<char32_t> {
  static constexpr std::size_t kMin = sizeof(char32_t);
  static void write(auto& to, char32_t value) { to.bytes(&value, sizeof value); }
  static char32_t read(BinaryReader& from) {
    const auto value = from.plain<char32_t>();
    if (value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
      throw BinaryError("it is not a character");
    }
    return value;
  }
};

template <>
struct Binary<std::monostate> {
  static constexpr std::size_t kMin = 0;
  static void write(auto&, std::monostate) {}
  static std::monostate read(BinaryReader&) { return {}; }
};

template <typename T>
  requires std::is_enum_v<T>
struct Binary<T> {
  using Bits = std::underlying_type_t<T>;
  static constexpr bool kIsFlags = kFlagCount<T> > 0;
  static constexpr std::size_t kMin = kIsFlags ? sizeof(Bits) : 1;

  static void write(auto& to, T value) {
    const auto bits = static_cast<Bits>(value);
    if constexpr (kIsFlags) {
      to.bytes(&bits, sizeof bits);
    } else {
      to.count(bits);
    }
  }
  static T read(BinaryReader& from) {
    if constexpr (kIsFlags) {
      constexpr auto kAll = std::numeric_limits<std::uint64_t>::max() >> (64 - kFlagCount<T>);
      const auto bits = from.plain<Bits>();
      if ((bits & ~kAll) != 0) throw BinaryError("a flag is unknown");
      return static_cast<T>(bits);
    } else {
      static_assert(kCaseCount<T> > 0);
      return static_cast<T>(from.number_below(kCaseCount<T>));
    }
  }
};

template <>
struct Binary<std::string> {
  static constexpr std::size_t kMin = 1;
  static void write(auto& to, const std::string& text) {
    to.count(text.size());
    to.bytes(text.data(), text.size());
  }
  static std::string read(BinaryReader& from) { return std::string(from.text(from.count_of(1))); }
};

template <typename T>
struct Binary<std::vector<T>> {
  static_assert(Binary<T>::kMin > 0, "a few bytes could stand for any number of elements");
  static constexpr std::size_t kMin = 1;

  static void write(auto& to, const std::vector<T>& items) {
    to.count(items.size());
    if constexpr (PlainBytes<T>) {
      to.bytes(items.data(), items.size() * sizeof(T));
    } else {
      for (const auto& item : items) Binary<T>::write(to, item);
    }
  }
  static std::vector<T> read(BinaryReader& from) {
    auto count = from.count_of(Binary<T>::kMin);
    std::vector<T> items;
    if constexpr (PlainBytes<T>) {
      const auto bytes = from.bytes(count * sizeof(T));
      items.resize(count);
      if (count > 0) std::memcpy(items.data(), bytes.data(), bytes.size());
    } else {
      items.reserve(count);
      for (; count > 0; --count) items.push_back(Binary<T>::read(from));
    }
    return items;
  }
};

template <typename T>
struct Binary<std::optional<T>> {
  static constexpr std::size_t kMin = 1;
  static void write(auto& to, const std::optional<T>& value) {
    to.count(value ? 1 : 0);
    if (value) Binary<T>::write(to, *value);
  }
  static std::optional<T> read(BinaryReader& from) {
    if (from.number_below(2) == 0) return std::nullopt;
    return Binary<T>::read(from);
  }
};

template <typename T, typename E>
struct Binary<Expected<T, E>> {
  using Value = Expected<T, E>::Value;
  using ErrorValue = Expected<T, E>::ErrorValue;

  static constexpr std::size_t kMin = 1;
  static void write(auto& to, const Expected<T, E>& result) {
    to.count(result.has_value() ? 0 : 1);
    if (result.has_value()) {
      Binary<Value>::write(to, *result);
    } else {
      Binary<ErrorValue>::write(to, result.error());
    }
  }
  static Expected<T, E> read(BinaryReader& from) {
    if (from.number_below(2) == 0) return Binary<Value>::read(from);
    return Unexpected(Binary<ErrorValue>::read(from));
  }
};

template <typename... T>
struct Binary<std::tuple<T...>> {
  static constexpr std::size_t kMin = (Binary<T>::kMin + ... + 0);
  static void write(auto& to, const std::tuple<T...>& tuple) {
    std::apply([&](const auto&... item) { (Binary<T>::write(to, item), ...); }, tuple);
  }
  static std::tuple<T...> read([[maybe_unused]] BinaryReader& from) {
    // Braces, so that the first is read first.
    return std::tuple<T...>{Binary<T>::read(from)...};
  }
};

template <Record T>
struct Binary<T> {
  template <typename... M>
  static constexpr std::size_t min_of(const std::tuple<M T::*...>&) {
    return (Binary<M>::kMin + ... + 0);
  }
  static constexpr std::size_t kMin = min_of(kMembers<T>);

  static void write(auto& to, const T& record) {
    [[maybe_unused]] const auto write_member = [&]<typename M>(M T::* member) {
      Binary<M>::write(to, record.*member);
    };
    std::apply([&](auto... member) { (write_member(member), ...); }, kMembers<T>);
  }
  static T read(BinaryReader& from) {
    [[maybe_unused]] const auto read_member = [&]<typename M>(M T::*) {
      return Binary<M>::read(from);
    };
    return std::apply([&](auto... member) { return T{read_member(member)...}; }, kMembers<T>);
  }
};

template <typename... C>
struct Binary<std::variant<C...>> {
  static constexpr std::size_t kMin = 1;
  static void write(auto& to, const std::variant<C...>& variant) {
    to.count(variant.index());
    std::visit(
        [&]<typename X>([[maybe_unused]] const X& x) {
          if constexpr (CaseWithValue<X>) Binary<decltype(X::value)>::write(to, x.value);
        },
        variant);
  }
  static std::variant<C...> read(BinaryReader& from) {
    constexpr std::variant<C...> (*kCases[])(BinaryReader&) = {&read_case<C>...};
    return kCases[from.number_below(sizeof...(C))](from);
  }

 private:
  template <typename X>
  static std::variant<C...> read_case([[maybe_unused]] BinaryReader& from) {
    if constexpr (CaseWithValue<X>) {
      return X{Binary<decltype(X::value)>::read(from)};
    } else {
      return X{};
    }
  }
};

/// A resource has no binary form: it takes no bytes where bytes are counted, and nowhere else.
template <std::derived_from<Resource> T>
struct Binary<std::shared_ptr<const T>> {
  static constexpr std::size_t kMin = 0;
  static void write(ByteCounter&, const std::shared_ptr<const T>&) {}
};

/// How many bytes binary_encode makes; without those of resources.
template <typename T>
std::size_t binary_size(const T& value) {
  ByteCounter to;
  Binary<T>::write(to, value);
  return sizeof kBinaryVersion + to.size;
}

template <typename T>
std::string binary_encode(const T& value) {
  BinaryWriter to(binary_size(value));
  to.bytes(&kBinaryVersion, sizeof kBinaryVersion);
  Binary<T>::write(to, value);
  return std::move(to).take();
}

/// Corrupt where the bytes are not what binary_encode makes of some T. They may come from anywhere:
/// no more memory is taken than the T's of that many bytes can hold.
template <typename T>
Result<T> binary_decode(std::string_view bytes) {
  try {
    BinaryReader from(bytes);
    const auto version = from.plain<std::uint8_t>();
    if (version != kBinaryVersion) throw BinaryError("its version is unknown");
    auto value = Binary<T>::read(from);
    if (!from.at_end()) throw BinaryError("there are bytes behind its end");
    return value;
  } catch (const BinaryError& e) {
    return from_binary_error(e);
  }
}

}  // namespace hermes::wasm
