#pragma once

// Text in URLs and in headers, where most characters are written as %XX.

#include <optional>
#include <string>
#include <string_view>

namespace shared_board {

/// What the query of a path says of that name; nullopt if nothing, or no UTF-8.
std::optional<std::string> query_value(std::string_view path, std::string_view name);

std::string percent_encoded(std::string_view text);

}  // namespace shared_board
