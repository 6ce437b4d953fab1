#pragma once

// Files in IPFS: content that has the same name, its CID, on every node.

#include <optional>
#include <string>
#include <string_view>

#include "hermes/cxx/http.h"
#include "post.h"

namespace shared_board {

/// Stores it on this node, which keeps it; its CID. nullopt where that fails, for want of room say.
std::optional<std::string> add_file(std::string_view bytes);

/// Keeps it no longer.
void give_up_file(const File& file);

/// The file as a response, from this node or else from one that has it.
hermes::http::Response file_response(const File& file);

}  // namespace shared_board
