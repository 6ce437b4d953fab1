#pragma once

// How bytes are written as text: base58btc in CIDs of version 0 and in peer ids, base32 in CIDs of
// version 1, base36 in names of keys. Only lower case, and no padding.

#include <optional>
#include <string>
#include <string_view>

namespace hermes::p2p {

std::string to_base58(std::string_view bytes);
std::string to_base32(std::string_view bytes);
std::string to_base36(std::string_view bytes);

/// Nullopt for a text that is none, or longer than 512 characters.
std::optional<std::string> from_base58(std::string_view text);
std::optional<std::string> from_base32(std::string_view text);
std::optional<std::string> from_base36(std::string_view text);

/// Reads a text whose first letter names its base: `b`, `z` or `k`.
std::optional<std::string> from_multibase(std::string_view text);

}  // namespace hermes::p2p
