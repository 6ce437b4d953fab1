#pragma once

// Typed values: the type is part of the value, so 1 as kv-s64 and 1 as kv-u64 are two values.

#include <cstddef>
#include <optional>

#include "base/result.h"
#include "wit/hermes/kv_store.h"

namespace hermes::kv_store {

using Value = wit::kv_store::KvValues;
using MaybeValue = std::optional<Value>;  // None where the key is absent.

/// Both absent; or of one type and, bit for bit, of one content: a NaN is identical to itself, and
/// 0.0 not to -0.0.
bool identical(const MaybeValue& a, const MaybeValue& b);

/// Bytes of the content; 8 for a number.
std::size_t size(const Value& value);

/// Fails for a value of more than `max_bytes`, and for JSON and CBOR that is malformed.
Result<> check(const MaybeValue& value, std::size_t max_bytes);

/// The same, but text and bytes may be of any length, for they are cut when they are added.
Result<> check_operand(const MaybeValue& operand, std::size_t max_bytes);

}  // namespace hermes::kv_store
