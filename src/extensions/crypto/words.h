#pragma once

// b256 and b512 of the WIT: bytes as big-endian words, the first word for the first 8 bytes.

#include <array>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <utility>

namespace hermes::crypto {

/// The tuple of as many words as there are bytes.
template <typename Tuple, std::size_t kBytes>
Tuple to_words(const std::array<std::uint8_t, kBytes>& bytes) {
  static_assert(std::tuple_size_v<Tuple> * 8 == kBytes);
  const auto word = [&](std::size_t index) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 8; ++i) value = value << 8 | bytes[index * 8 + i];
    return value;
  };
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    return Tuple{word(I)...};
  }(std::make_index_sequence<kBytes / 8>());
}

template <typename... Words>
std::array<std::uint8_t, sizeof...(Words) * 8> to_bytes(const std::tuple<Words...>& words) {
  std::array<std::uint8_t, sizeof...(Words) * 8> bytes;
  std::size_t next = 0;
  const auto put = [&](std::uint64_t word) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      bytes[next++] = static_cast<std::uint8_t>(word >> shift);
    }
  };
  std::apply([&](auto... word) { (put(word), ...); }, words);
  return bytes;
}

}  // namespace hermes::crypto
