#pragma once

#include <cstdint>
#include <string_view>

namespace hermes::p2p {

/// The first 64 bits of MurmurHash3 for x64 with seed 0, by which large directories are split.
std::uint64_t murmur3(std::string_view text);

}  // namespace hermes::p2p
