#pragma once

#include <cstdint>

#include "base/unique_function.h"

namespace hermes::package {

/// Is told of work that takes long, again and again: of so many bytes, so many are done.
using Progress = UniqueFunction<void(std::uint64_t done, std::uint64_t total)>;

}  // namespace hermes::package
