#pragma once

#include <string>
#include <string_view>

namespace hermes {

/// The text on one line, in which nothing moves a terminal's cursor: "a\nb" for a line end,
/// "\u009b" for other control characters and for those that turn the direction of writing. What is
/// not UTF-8 becomes U+FFFD.
std::string escape_controls(std::string_view text);

/// The text as a JSON string, quotes included, on one line and free of control characters.
std::string json_quote(std::string_view text);

}  // namespace hermes
