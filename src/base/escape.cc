#include "base/escape.h"

#include <cstdint>

#include "base/utf8.h"

namespace hermes {
namespace {

char32_t code_point(std::string_view sequence) {
  const auto first = static_cast<unsigned char>(sequence[0]);
  if (sequence.size() == 1) return first;
  char32_t code = first & (0x7FU >> sequence.size());
  for (const char c : sequence.substr(1))
    code = (code << 6) | (static_cast<unsigned char>(c) & 0x3F);
  return code;
}

// Characters that are not to reach a terminal: they end lines, move cursors, or make text read in
// another order than it is written.
bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069);
}

void append_control(std::string& to, char32_t c) {
  constexpr char kDigits[] = "0123456789abcdef";
  switch (c) {
    case '\n':
      to += "\\n";
      return;
    case '\r':
      to += "\\r";
      return;
    case '\t':
      to += "\\t";
      return;
    default:
      break;
  }
  to += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) to += kDigits[(c >> shift) & 0xF];
}

// `plain` appends a character that is no control character.
std::string escape(std::string_view text, auto plain) {
  std::string escaped;
  escaped.reserve(text.size() + 2);
  while (!text.empty()) {
    const auto size = utf8_sequence(text);
    if (size == 0) {
      escaped += "\uFFFD";
    } else if (const auto c = code_point(text.substr(0, size)); is_control(c)) {
      append_control(escaped, c);
    } else {
      plain(escaped, text.substr(0, size));
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
  return escaped;
}

}  // namespace

std::string escape_controls(std::string_view text) {
  return escape(text, [](std::string& to, std::string_view character) { to += character; });
}

std::string json_quote(std::string_view text) {
  auto quoted = escape(text, [](std::string& to, std::string_view character) {
    if (character == "\"" || character == "\\") to += '\\';
    to += character;
  });
  quoted.insert(0, 1, '"');
  quoted += '"';
  return quoted;
}

}  // namespace hermes
