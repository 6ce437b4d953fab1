#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hermes {

/// How many bytes the well-formed UTF-8 sequence at the start of `text` has; 0 if there is none.
/// Overlong forms, surrogates and what is past U+10FFFF are not well formed.
std::size_t utf8_sequence(std::string_view text);

bool is_utf8(std::string_view text);

/// The text with U+FFFD in place of each byte that belongs to no well-formed sequence.
std::string to_utf8(std::string_view text);

}  // namespace hermes
