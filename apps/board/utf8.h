#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace board {

/// How many characters (code points) these bytes are; nullopt if they are not UTF-8.
std::optional<size_t> count_characters(std::string_view text);

/// Whether it is more than blanks, and no more than so many characters.
bool says_something(std::string_view text, size_t most);

void append_utf8(std::string& text, char32_t character);

}  // namespace board
