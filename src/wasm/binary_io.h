#pragma once

// Bytes in and out of the binary form. Used by binary.h only.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace hermes::wasm {

static_assert(std::endian::native == std::endian::little, "values are copied as they are");

/// Thrown by readers, and caught by binary_decode.
struct BinaryError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

Error from_binary_error(const BinaryError& error);

/// A sink that counts.
struct ByteCounter {
  std::size_t size = 0;

  void bytes(const void*, std::size_t count) { size += count; }
  void count(std::uint64_t value) {
    do ++size;
    while ((value >>= 7) != 0);
  }
};

/// A sink that keeps.
class BinaryWriter {
 public:
  explicit BinaryWriter(std::size_t size) { text_.reserve(size); }

  void bytes(const void* data, std::size_t count) {
    if (count > 0) text_.append(static_cast<const char*>(data), count);
  }
  void count(std::uint64_t value) {
    for (; value > 0x7F; value >>= 7) text_ += static_cast<char>((value & 0x7F) | 0x80);
    text_ += static_cast<char>(value);
  }
  std::string take() && { return std::move(text_); }

 private:
  std::string text_;
};

/// Takes bytes from the front, after checking that they are there.
class BinaryReader {
 public:
  explicit BinaryReader(std::string_view bytes) : rest_(bytes) {}

  bool at_end() const { return rest_.empty(); }

  std::string_view bytes(std::size_t count) {
    if (count > rest_.size()) throw BinaryError("it is cut off");
    const auto taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }

  template <typename T>
  T plain() {
    T value;
    std::memcpy(&value, bytes(sizeof value).data(), sizeof value);
    return value;
  }

  /// A count of things that take `each` bytes at least, which are there.
  std::size_t count_of(std::size_t each) {
    const auto count = number();
    if (count > rest_.size() / each) throw BinaryError("it is cut off");
    return static_cast<std::size_t>(count);
  }

  std::uint64_t number_below(std::uint64_t limit) {
    const auto value = number();
    if (value >= limit) throw BinaryError("a case is unknown");
    return value;
  }

  /// That many bytes, which are UTF-8.
  std::string_view text(std::size_t count);

 private:
  std::uint64_t number();

  std::string_view rest_;
};

}  // namespace hermes::wasm
