#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hermes {

/// "a%20b" is "a b"; a plus stays one. nullopt for a percent without two hexadecimal digits.
std::optional<std::string> percent_decode(std::string_view text);

}  // namespace hermes
