#pragma once

#include <filesystem>

#include "wasm/engine.h"

namespace hermes::testing {

/// Where the tests keep compiled code, so that each guest is compiled once for all of them.
std::filesystem::path shared_home();

/// The allocator of the ring: the pool, or under a sanitizer, which cannot follow it, on demand.
wasm::EngineOptions engine_options();

}  // namespace hermes::testing
