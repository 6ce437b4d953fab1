#include "utf8.h"

#include <cstdint>

namespace board {
namespace {

struct Lead {
  size_t size;
  char32_t bits;
  char32_t smallest;  // That is not written shorter.
};

std::optional<Lead> read_lead(uint8_t byte) {
  if (byte < 0x80) return Lead{1, byte, 0};
  if (byte >= 0xc2 && byte < 0xe0) return Lead{2, byte & 0x1fU, 0x80};
  if (byte >= 0xe0 && byte < 0xf0) return Lead{3, byte & 0x0fU, 0x800};
  if (byte >= 0xf0 && byte < 0xf5) return Lead{4, byte & 0x07U, 0x10000};
  return std::nullopt;
}

}  // namespace

std::optional<size_t> count_characters(std::string_view text) {
  size_t count = 0;
  for (size_t i = 0; i < text.size(); ++count) {
    const auto lead = read_lead(static_cast<uint8_t>(text[i]));
    if (!lead || lead->size > text.size() - i) return std::nullopt;
    char32_t character = lead->bits;
    for (size_t j = 1; j < lead->size; ++j) {
      const auto byte = static_cast<uint8_t>(text[i + j]);
      if ((byte & 0xc0) != 0x80) return std::nullopt;
      character = character << 6 | (byte & 0x3fU);
    }
    const bool surrogate = character >= 0xd800 && character < 0xe000;
    if (character < lead->smallest || character > 0x10ffff || surrogate) return std::nullopt;
    i += lead->size;
  }
  return count;
}

bool says_something(std::string_view text, size_t most) {
  if (text.find_first_not_of(" \t\r\n") == text.npos) return false;
  const auto count = count_characters(text);
  return count && *count <= most;
}

void append_utf8(std::string& text, char32_t character) {
  const auto put = [&](char32_t byte) { text += static_cast<char>(byte); };
  const auto put_rest = [&](unsigned shift) { put(0x80 | (character >> shift & 0x3f)); };
  if (character < 0x80) {
    put(character);
  } else if (character < 0x800) {
    put(0xc0 | character >> 6);
    put_rest(0);
  } else if (character < 0x10000) {
    put(0xe0 | character >> 12);
    put_rest(6);
    put_rest(0);
  } else {
    put(0xf0 | character >> 18);
    put_rest(12);
    put_rest(6);
    put_rest(0);
  }
}

}  // namespace board
