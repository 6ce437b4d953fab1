#pragma once

#include <cstddef>

#include "extensions/kv_store/value.h"

namespace hermes::kv_store {

/// What kv-add makes of `current`, whose type stays.
///
///   integer + integer   exact, held at the limits of the type
///   integer + f64       the f64 is rounded to the nearest integer, halves away from zero
///   f64 + number        as IEEE 754 has it
///   string + string     one after the other
///   string + number     the shortest decimal text of the number follows
///   bstr + bstr         one after the other
///
/// Every other pair, and a NaN for the operand, leaves `current` as it is. A string ends at
/// `max_bytes`, and not within a character.
Value add(const Value& current, const Value& operand, std::size_t max_bytes);

/// What kv-add stores where there is nothing: the operand; a string or bstr ends at `max_bytes`.
Value add_to_nothing(Value operand, std::size_t max_bytes);

}  // namespace hermes::kv_store
