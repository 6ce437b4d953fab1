#pragma once

#include <cstddef>
#include <string>

namespace hermes::testing {

/// A component that exports nothing, of so many additions, and a few more, in functions that nobody
/// calls: the compiler works on it for as long as the test wants. Three bytes each.
std::string component_of_additions(std::size_t additions);

}  // namespace hermes::testing
