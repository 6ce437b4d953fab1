#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "vfs/tree.h"

namespace hermes::vfs {

/// Files that the engine itself makes, in one directory: names and contents. They are of 1970.
std::shared_ptr<const Tree> text_tree(std::map<std::string, std::string, std::less<>> files);

}  // namespace hermes::vfs
