#pragma once

#include <cstddef>

namespace hermes::io {

/// Has the kernel take pages of 2 MiB for memory that is about to be filled, as far as it spans
/// such: the first touch of much memory costs several times as much in small ones. A hint, which
/// may do nothing.
void prefer_large_pages(void* memory, std::size_t size);

}  // namespace hermes::io
