#pragma once

#include <cstddef>
#include <string_view>

namespace hermes::sqlite {

/// Whether it belongs to the character before.
inline bool continues(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

/// The character at the start of `text`, which is not empty: all bytes that belong to it.
inline std::string_view first_of(std::string_view text) {
  std::size_t size = 1;
  while (size < text.size() && continues(text[size])) ++size;
  return text.substr(0, size);
}

}  // namespace hermes::sqlite
