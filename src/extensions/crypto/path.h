#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hermes::crypto {

constexpr std::size_t kMaxSteps = 255;
constexpr std::uint32_t kHardened = std::uint32_t{1} << 31;

/// The indices of a derivation path: "m/1852'/0" is {1852 + kHardened, 0}. A step is hardened by
/// `'` or `H`; "m" has none.
Result<std::vector<std::uint32_t>> parse_path(std::string_view path);

}  // namespace hermes::crypto
