#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hermes::p2p {

/// "12D3KooW…", as others write it; `peer` is its binary form.
std::string peer_text(std::string_view peer);

/// From that text, or that of a CID ("k51…", "bafz…"). Nullopt for what is none.
std::optional<std::string> peer_from_text(std::string_view text);

/// The public key of Ed25519 that is in the name of a peer; nullopt if there is another, or none.
std::optional<std::string> key_of_peer(std::string_view peer);

/// The other way round.
std::string peer_of_key(std::string_view public_key);

}  // namespace hermes::p2p
