#include "json.h"

#include "utf8.h"

namespace board {
namespace {

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  std::optional<Json> read() {
    Json json;
    if (!take('{')) return std::nullopt;
    if (!take('}')) {
      do {
        if (!read_member(json)) return std::nullopt;
      } while (take(','));
      if (!take('}')) return std::nullopt;
    }
    skip_space();
    return rest_.empty() ? std::optional(std::move(json)) : std::nullopt;
  }

 private:
  bool read_member(Json& json) {
    skip_space();
    auto name = read_string();
    if (!name || !take(':')) return false;
    skip_space();
    if (rest_.starts_with('"')) {
      auto text = read_string();
      return text && json.emplace(std::move(*name), std::move(*text)).second;
    }
    const auto number = read_number();
    return number && json.emplace(std::move(*name), *number).second;
  }

  std::optional<std::string> read_string() {
    if (!next_is('"')) return std::nullopt;
    std::string text;
    while (!rest_.empty() && static_cast<unsigned char>(rest_.front()) >= 0x20) {
      const char character = rest_.front();
      rest_.remove_prefix(1);
      if (character == '"') return text;
      if (character != '\\') {
        text += character;
      } else if (!read_escape(text)) {
        return std::nullopt;
      }
    }
    return std::nullopt;
  }

  bool read_escape(std::string& text) {
    if (rest_.empty()) return false;
    const char escape = rest_.front();
    rest_.remove_prefix(1);
    if (escape == 'u') return read_character(text);
    static constexpr std::string_view kEscapes = "\"\\/bfnrt";
    static constexpr std::string_view kCharacters = "\"\\/\b\f\n\r\t";
    const size_t index = kEscapes.find(escape);
    if (index == std::string_view::npos) return false;
    text += kCharacters[index];
    return true;
  }

  bool read_character(std::string& text) {
    auto character = read_hex();
    if (!character || (*character >= 0xdc00 && *character < 0xe000)) return false;
    if (*character >= 0xd800 && *character < 0xdc00) {
      if (!next_is('\\') || !next_is('u')) return false;
      const auto low = read_hex();
      if (!low || *low < 0xdc00 || *low >= 0xe000) return false;
      character = 0x10000 + ((*character - 0xd800) << 10) + (*low - 0xdc00);
    }
    append_utf8(text, *character);
    return true;
  }

  std::optional<char32_t> read_hex() {
    if (rest_.size() < 4) return std::nullopt;
    char32_t value = 0;
    for (const char digit : rest_.substr(0, 4)) {
      static constexpr std::string_view kDigits = "0123456789abcdef0123456789ABCDEF";
      const size_t index = kDigits.find(digit);
      if (index == std::string_view::npos) return std::nullopt;
      value = value << 4 | (index & 15U);
    }
    rest_.remove_prefix(4);
    return value;
  }

  std::optional<uint64_t> read_number() {
    size_t size = 0;
    uint64_t number = 0;
    for (; size < rest_.size() && rest_[size] >= '0' && rest_[size] <= '9'; ++size) {
      number = number * 10 + static_cast<uint64_t>(rest_[size] - '0');
    }
    const bool leading_zero = size > 1 && rest_.front() == '0';
    if (size == 0 || size > 18 || leading_zero) return std::nullopt;
    rest_.remove_prefix(size);
    return number;
  }

  bool take(char wanted) {
    skip_space();
    return next_is(wanted);
  }

  bool next_is(char wanted) {
    if (!rest_.starts_with(wanted)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void skip_space() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size()));
  }

  std::string_view rest_;
};

}  // namespace

std::optional<Json> read_json(std::string_view text) {
  if (!count_characters(text)) return std::nullopt;
  return Reader(text).read();
}

const std::string* text_of(const Json& json, std::string_view member) {
  const auto found = json.find(member);
  return found == json.end() ? nullptr : std::get_if<std::string>(&found->second);
}

std::optional<uint64_t> number_of(const Json& json, std::string_view member) {
  const auto found = json.find(member);
  const auto* number = found == json.end() ? nullptr : std::get_if<uint64_t>(&found->second);
  return number ? std::optional(*number) : std::nullopt;
}

std::string quoted(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  std::string out = "\"";
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (byte < 0x20) {
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      if (character == '"' || character == '\\') out += '\\';
      out += character;
    }
  }
  return out + '"';
}

}  // namespace board
