#pragma once

#include <memory>

#include "p2p/blocks.h"
#include "vfs/tree.h"

namespace hermes::p2p {

/// Content as files: "<cid>", and what is below it. Its own directory shows nothing: whoever knows
/// a CID can read what it names, and nobody can look for one.
///
/// What is not in `blocks`, which outlives the tree and its files, is NotFound. Symbolic links are
/// not followed.
std::shared_ptr<const vfs::Tree> content_tree(BlockSource& blocks);

}  // namespace hermes::p2p
