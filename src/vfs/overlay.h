#pragma once

#include <memory>

#include "vfs/tree.h"

namespace hermes::vfs {

/// Two trees in one: what both have is that of `above`. A directory of either has what both have in
/// it; where one has a file and the other a directory, the one above hides the other.
std::shared_ptr<const Tree> overlay(std::shared_ptr<const Tree> above,
                                    std::shared_ptr<const Tree> below);

}  // namespace hermes::vfs
