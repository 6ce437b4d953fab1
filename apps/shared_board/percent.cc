#include "percent.h"

#include <cstdint>

#include "board/utf8.h"

namespace shared_board {
namespace {

// 16 for what is none.
unsigned digit_of(char character) {
  constexpr std::string_view kDigits = "0123456789abcdef0123456789ABCDEF";
  const auto index = kDigits.find(character);
  return index == kDigits.npos ? 16 : index & 15U;
}

std::optional<std::string> decoded(std::string_view text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += text[i];
      continue;
    }
    if (text.size() - i < 3) return std::nullopt;
    const auto high = digit_of(text[i + 1]);
    const auto low = digit_of(text[i + 2]);
    if (high > 15 || low > 15) return std::nullopt;
    result += static_cast<char>(high << 4U | low);
    i += 2;
  }
  return board::count_characters(result) ? std::optional(std::move(result)) : std::nullopt;
}

bool is_plain(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '.' || c == '_';
}

}  // namespace

std::optional<std::string> query_value(std::string_view path, std::string_view name) {
  auto rest = path.substr(std::min(path.find('?'), path.size()));
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const auto parameter = rest.substr(0, rest.find('&'));
    rest.remove_prefix(parameter.size());
    if (parameter.substr(0, parameter.find('=')) == name && parameter.size() > name.size()) {
      return decoded(parameter.substr(name.size() + 1));
    }
  }
  return std::nullopt;
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string result;
  for (const char character : text) {
    if (is_plain(character)) {
      result += character;
    } else {
      const auto byte = static_cast<uint8_t>(character);
      result += '%';
      result += kDigits[byte >> 4U];
      result += kDigits[byte & 15U];
    }
  }
  return result;
}

}  // namespace shared_board
