#pragma once

// Unsigned LEB128, as multiformats and protobuf have it: 300 is AC 02.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hermes::p2p {

inline void append_varint(std::string& to, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7U) to += static_cast<char>(0x80U | (value & 0x7FU));
  to += static_cast<char>(value);
}

inline std::size_t varint_size(std::uint64_t value) {
  std::size_t size = 1;
  for (; value >= 0x80; value >>= 7U) ++size;
  return size;
}

/// Takes one off the front. Nullopt for one that is cut short or larger than 64 bits; then `from`
/// is no longer of use.
inline std::optional<std::uint64_t> take_varint(std::string_view& from) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !from.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(from.front());
    from.remove_prefix(1);
    const std::uint64_t bits = byte & 0x7FU;
    if (shift == 63 && bits > 1) return std::nullopt;
    value |= bits << shift;
    if (byte < 0x80) return value;
  }
  return std::nullopt;
}

/// The same for multiformats, where a number has one form, the shortest, of 9 bytes at most.
inline std::optional<std::uint64_t> take_short_varint(std::string_view& from) {
  const auto before = from.size();
  const auto value = take_varint(from);
  const auto size = before - from.size();
  if (!value || size > 9 || size != varint_size(*value)) return std::nullopt;
  return value;
}

}  // namespace hermes::p2p
