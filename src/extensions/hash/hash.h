#pragma once

#include <memory>

#include "runtime/extension.h"

namespace hermes::hash {

/// hermes:hash: BLAKE2s, BLAKE2b and BLAKE3 of bytes in the guest's memory.
std::unique_ptr<runtime::Extension> make();

}  // namespace hermes::hash
