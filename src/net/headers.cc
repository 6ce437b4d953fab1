#include "net/headers.h"

#include <algorithm>
#include <array>

#include "base/strings.h"

namespace hermes::net {
namespace {

constexpr std::size_t kUsualCount = 16;
constexpr std::size_t kUsualSize = 512;

constexpr auto kIsTokenChar = [] {
  std::array<bool, 256> is_one{};
  for (const char c : std::string_view("!#$%&'*+-.^_`|~0123456789"
                                       "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")) {
    is_one[static_cast<unsigned char>(c)] = true;
  }
  return is_one;
}();

}  // namespace

void Headers::add(std::string_view name, std::string_view value) {
  if (places_.empty()) {
    places_.reserve(kUsualCount);
    text_.reserve(kUsualSize);
  }
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
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return kIsTokenChar[static_cast<unsigned char>(c)];
  });
}

bool is_header_value(std::string_view text) {
  return std::ranges::none_of(text, [](char c) {
    const auto code = static_cast<unsigned char>(c);
    return (code < 0x20 && c != '\t') || code == 0x7f;
  });
}

}  // namespace hermes::net
