#pragma once

#include <string_view>

#include "base/result.h"

namespace hermes::kv_store {

/// Fails for what is not one JSON text in UTF-8, with the byte where it goes wrong, and, as RFC
/// 8259 permits, for one that nests deeper than 64 or has a number past the range of an f64. Does
/// not recurse, and takes no memory but for the nesting and one string of the text at a time.
Result<> check_json(std::string_view text);

}  // namespace hermes::kv_store
