#include "net/headers.h"

#include <algorithm>

#include "base/strings.h"

namespace hermes::net {
namespace {

bool is_token_char(char c) {
  const auto is_between = [c](char first, char last) { return c >= first && c <= last; };
  return is_between('a', 'z') || is_between('A', 'Z') || is_between('0', '9') ||
         (c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos);
}

}  // namespace

void Headers::add(std::string_view name, std::string_view value) {
  if (places_.empty()) places_.reserve(8);
  places_.push_back({text_.size(), name.size(), value.size()});
  text_.append(name).append(value);
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
  for (const auto header : *this) {
    if (equals_ignoring_case(header.name, name)) return header.value;
  }
  return std::nullopt;
}

Header Headers::operator[](std::size_t index) const {
  const auto& place = places_[index];
  const std::string_view text = text_;
  return {text.substr(place.begin, place.name_size),
          text.substr(place.begin + place.name_size, place.value_size)};
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_token_char);
}

bool is_header_value(std::string_view text) {
  return std::ranges::none_of(text, [](char c) {
    const auto code = static_cast<unsigned char>(c);
    return (code < 0x20 && c != '\t') || code == 0x7f;
  });
}

}  // namespace hermes::net
