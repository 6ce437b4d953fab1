#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"

namespace hermes::kv_store {

/// Fails for what is not one well-formed data item of RFC 8949, with the byte where it goes wrong,
/// and for one that nests deeper than 64. Takes no memory and does not recurse.
Result<> check_cbor(std::span<const std::uint8_t> bytes);

}  // namespace hermes::kv_store
