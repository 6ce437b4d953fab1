#pragma once

#include <string_view>

#include "base/result.h"
#include "io/descriptor.h"

namespace hermes::vfs {

/// What names a file inside a tree, as far as the text alone says. "" is the tree itself.
bool is_inside(std::string_view path);

Error not_found(std::string_view path);

/// Opens a path below the directory `root` for reading, whatever it names. No link leads out: the
/// kernel sees to it. NotFound if nothing is there, Busy if the machine has no descriptors left.
Result<io::Descriptor> open_beneath(const io::Descriptor& root, std::string_view path);

}  // namespace hermes::vfs
