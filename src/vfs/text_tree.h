#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/time.h"
#include "vfs/tree.h"

namespace hermes::vfs {

/// Files that the engine itself makes, in one directory: names and contents.
std::shared_ptr<const Tree> text_tree(std::map<std::string, std::string, std::less<>> files,
                                      UtcTime modified);

}  // namespace hermes::vfs
