#pragma once

#include <memory>

#include "hermes_host.h"
#include "vfs/tree.h"

namespace hermes::wasm {

/// A tree of files for Rust, which releases it once.
hermes_tree handle_of(std::shared_ptr<const vfs::Tree> tree);

}  // namespace hermes::wasm
