#pragma once

// How WIT values cross between C++ and Rust: as a sequence of 64-bit words, in declaration order.
//
//   bool, integer, char, enum, flags   one word
//   f32, f64                           their bits
//   string, list of integers           address, length: no copy
//   other lists                        count, then the elements
//   option, result, variant            number of the case, then its payload
//   record, tuple                      their fields
//   own<T>                             number in the call's resource table
//   borrow<T>, lent to a guest         the same with bit 32 set
//
// rust/host/src/words.rs is the other side. No memory layout is shared, so none can differ.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/expected.h"
#include "wasm/reflect.h"
#include "wasm/resource_table.h"

namespace hermes::wasm {

/// Thrown by codecs, and caught before the value would leave C++: the words are not what their type
/// says, or the resource table is full.
struct CodecError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Writes words into `small` while they fit, then into memory of its own.
class Writer {
 public:
  static constexpr std::size_t kSmall = 16;

  Writer(std::span<std::uint64_t, kSmall> small, ResourceTable& resources)
      : resources_(resources), small_(small) {}
  Writer(const Writer&) = delete;

  void put(std::uint64_t word) {
    if (size_ < kSmall) {
      small_[size_++] = word;
    } else {
      spill(word);
    }
  }

  /// The bytes stay where they are: they outlive the use of the words.
  void put_block(const void* data, std::size_t count) {
    put(reinterpret_cast<std::uintptr_t>(data));
    put(count);
  }

  ResourceTable& resources() { return resources_; }

  const std::uint64_t* data() const { return large_.empty() ? small_.data() : large_.data(); }
  std::size_t size() const { return size_; }
  bool spilled() const { return !large_.empty(); }
  std::vector<std::uint64_t> take() { return std::move(large_); }

 private:
  [[gnu::noinline]] void spill(std::uint64_t word) {
    if (large_.empty()) large_.assign(small_.begin(), small_.end());
    large_.push_back(word);
    ++size_;
  }

  ResourceTable& resources_;
  const std::span<std::uint64_t, kSmall> small_;
  std::size_t size_ = 0;
  std::vector<std::uint64_t> large_;
};

class Reader {
 public:
  Reader(std::span<const std::uint64_t> words, ResourceTable& resources)
      : words_(words), resources_(resources) {}

  std::uint64_t get() {
    if (words_.empty()) throw CodecError("a value is shorter than its type");
    const auto word = words_.front();
    words_ = words_.subspan(1);
    return word;
  }

  template <typename T>
  std::span<const T> get_block() {
    const auto* data = reinterpret_cast<const T*>(get());  // NOLINT(performance-no-int-to-ptr)
    return {data, static_cast<std::size_t>(get())};
  }

  ResourceTable& resources() { return resources_; }
  std::size_t remaining() const { return words_.size(); }

 private:
  std::span<const std::uint64_t> words_;
  ResourceTable& resources_;
};

/// Unwraps what the resource table answers.
template <typename T>
T or_throw(Result<T> result) {
  if (!result.has_value()) throw CodecError(result.error().message());
  return *std::move(result);
}

/// Words<T>: `write`, `read`, and kFlat: the words alone are the value, so it need not outlive
/// them.
template <typename T>
struct Words;

template <typename T>
  requires(std::is_arithmetic_v<T> || std::is_same_v<T, char32_t>)
struct Words<T> {
  static constexpr bool kFlat = true;
  static void write(Writer& to, T value) {
    if constexpr (std::is_same_v<T, float>) {
      to.put(std::bit_cast<std::uint32_t>(value));
    } else if constexpr (std::is_same_v<T, double>) {
      to.put(std::bit_cast<std::uint64_t>(value));
    } else {
      to.put(static_cast<std::uint64_t>(value));
    }
  }
  static T read(Reader& from) {
    const auto word = from.get();
    if constexpr (std::is_same_v<T, float>) {
      return std::bit_cast<float>(static_cast<std::uint32_t>(word));
    } else if constexpr (std::is_same_v<T, double>) {
      return std::bit_cast<double>(word);
    } else {
      return static_cast<T>(word);
    }
  }
};

template <>
struct Words<std::monostate> {
  static constexpr bool kFlat = true;
  static void write(Writer&, std::monostate) {}
  static std::monostate read(Reader&) { return {}; }
};

/// The host's glue has checked the number of the case, and has masked unknown flags.
template <typename T>
  requires std::is_enum_v<T>
struct Words<T> {
  static constexpr bool kFlat = true;
  static void write(Writer& to, T value) { to.put(static_cast<std::uint64_t>(value)); }
  static T read(Reader& from) { return static_cast<T>(from.get()); }
};

template <typename T>
  requires(std::is_same_v<T, std::string> || std::is_same_v<T, std::string_view>)
struct Words<T> {
  static constexpr bool kFlat = false;
  static void write(Writer& to, const T& text) { to.put_block(text.data(), text.size()); }
  static T read(Reader& from) {
    const auto block = from.get_block<char>();
    return T(block.data(), block.size());
  }
};

template <typename T>
struct Words<std::span<const T>> {
  static constexpr bool kFlat = false;
  static void write(Writer& to, std::span<const T> items) {
    to.put_block(items.data(), items.size());
  }
  static std::span<const T> read(Reader& from) { return from.get_block<T>(); }
};

/// Lists of these cross as one block.
template <typename T>
inline constexpr bool kIsInteger =
    std::is_integral_v<T> && !std::is_same_v<T, bool> && !std::is_same_v<T, char32_t>;

template <typename T>
struct Words<std::vector<T>> {
  static constexpr bool kFlat = false;
  static void write(Writer& to, auto& items) {
    if constexpr (kIsInteger<T>) {
      to.put_block(items.data(), items.size());
    } else {
      to.put(items.size());
      for (auto&& item : items) Words<T>::write(to, item);
    }
  }
  static std::vector<T> read(Reader& from) {
    if constexpr (kIsInteger<T>) {
      const auto block = from.get_block<T>();
      return {block.begin(), block.end()};
    } else {
      auto count = static_cast<std::size_t>(from.get());
      if (count > from.remaining()) throw CodecError("a list is longer than its words");
      std::vector<T> items;
      items.reserve(count);
      for (; count != 0; --count) items.push_back(Words<T>::read(from));
      return items;
    }
  }
};

template <typename T>
struct Words<std::optional<T>> {
  static constexpr bool kFlat = Words<T>::kFlat;
  static void write(Writer& to, auto& value) {
    to.put(value.has_value());
    if (value) Words<T>::write(to, *value);
  }
  static std::optional<T> read(Reader& from) {
    if (from.get() == 0) return std::nullopt;
    return Words<T>::read(from);
  }
};

template <typename T, typename E>
struct Words<Expected<T, E>> {
  using Value = Expected<T, E>::Value;
  using ErrorValue = Expected<T, E>::ErrorValue;

  static constexpr bool kFlat = Words<Value>::kFlat && Words<ErrorValue>::kFlat;
  static void write(Writer& to, auto& result) {
    to.put(!result.has_value());
    if (result.has_value()) {
      Words<Value>::write(to, *result);
    } else {
      Words<ErrorValue>::write(to, result.error());
    }
  }
  static Expected<T, E> read(Reader& from) {
    if (from.get() == 0) return Words<Value>::read(from);
    return Unexpected(Words<ErrorValue>::read(from));
  }
};

template <typename... T>
struct Words<std::tuple<T...>> {
  static constexpr bool kFlat = (Words<T>::kFlat && ...);
  static void write(Writer& to, auto& tuple) {
    std::apply([&](auto&... item) { (Words<T>::write(to, item), ...); }, tuple);
  }
  static std::tuple<T...> read(Reader& from) { return std::tuple<T...>{Words<T>::read(from)...}; }
};

template <Record T>
struct Words<T> {
  template <typename... M>
  static constexpr bool all_flat(const std::tuple<M T::*...>&) {
    return (Words<M>::kFlat && ...);
  }
  static constexpr bool kFlat = all_flat(kMembers<T>);

  static void write(Writer& to, auto& record) {
    const auto write_member = [&]<typename M>(M T::* member) {
      Words<M>::write(to, record.*member);
    };
    std::apply([&](auto... member) { (write_member(member), ...); }, kMembers<T>);
  }
  static T read(Reader& from) {
    const auto read_member = [&]<typename M>(M T::*) { return Words<M>::read(from); };
    return std::apply([&](auto... member) { return T{read_member(member)...}; }, kMembers<T>);
  }
};

template <typename... C>
struct Words<std::variant<C...>> {
  template <typename X>
  static constexpr bool case_is_flat() {
    if constexpr (CaseWithValue<X>) return Words<decltype(X::value)>::kFlat;
    return true;
  }
  static constexpr bool kFlat = (case_is_flat<C>() && ...);

  static void write(Writer& to, auto& variant) {
    to.put(variant.index());
    std::visit(
        [&](auto& x) {
          using X = std::remove_cvref_t<decltype(x)>;
          if constexpr (CaseWithValue<X>) Words<decltype(X::value)>::write(to, x.value);
        },
        variant);
  }
  static std::variant<C...> read(Reader& from) {
    static constexpr std::array<std::variant<C...> (*)(Reader&), sizeof...(C)> kCases{
        &read_case<C>...};
    const auto index = from.get();
    if (index >= kCases.size()) throw CodecError("a variant has no such case");
    return kCases[index](from);
  }

 private:
  template <typename X>
  static std::variant<C...> read_case([[maybe_unused]] Reader& from) {
    if constexpr (CaseWithValue<X>) {
      return X{Words<decltype(X::value)>::read(from)};
    } else {
      return X{};
    }
  }
};

/// own<T>: moves into the table when it is given to a guest, out of it when a guest gives it away.
template <std::derived_from<Resource> T>
struct Words<std::unique_ptr<T>> {
  static constexpr bool kFlat = true;
  static void write(Writer& to, std::unique_ptr<T>& object) {
    to.put(or_throw(to.resources().add(std::unique_ptr<Resource>(std::move(object)))));
  }
  static std::unique_ptr<T> read(Reader& from) {
    return or_throw(from.resources().template take<T>(static_cast<std::uint32_t>(from.get())));
  }
};

/// borrow<T> in an event: lent to the call.
template <std::derived_from<Resource> T>
struct Words<std::shared_ptr<const T>> {
  static constexpr bool kFlat = true;
  static void write(Writer& to, const std::shared_ptr<const T>& object) {
    constexpr auto kLent = std::uint64_t{1} << 32;
    to.put(kLent | or_throw(to.resources().add(std::shared_ptr<const Resource>(object))));
  }
};

/// borrow<T> in the arguments of a host function: read only.
template <typename T>
  requires std::derived_from<std::remove_const_t<T>, Resource>
struct Words<T*> {
  static constexpr bool kFlat = true;
  static T* read(Reader& from) {
    return or_throw(from.resources().template get<T>(static_cast<std::uint32_t>(from.get())));
  }
};

}  // namespace hermes::wasm
