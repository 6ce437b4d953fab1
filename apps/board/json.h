#pragma once

// As much of JSON as the board needs: writing strings, and reading an object of strings and whole
// numbers.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace board {

using Json = std::map<std::string, std::variant<std::string, uint64_t>, std::less<>>;

/// nullopt for what is not such an object, not UTF-8, or names a member twice.
std::optional<Json> read_json(std::string_view text);

/// nullptr without such a member.
const std::string* text_of(const Json& json, std::string_view member);
std::optional<uint64_t> number_of(const Json& json, std::string_view member);

/// With its quotes.
std::string quoted(std::string_view text);

}  // namespace board
