#include "io/large_pages.h"

#include <sys/mman.h>

#include <memory>

namespace hermes::io {
namespace {

constexpr std::size_t kLargePage = std::size_t{2} << 20U;

}  // namespace

void prefer_large_pages(void* memory, std::size_t size) {
  if (std::align(kLargePage, kLargePage, memory, size) == nullptr) return;
  ::madvise(memory, size / kLargePage * kLargePage, MADV_HUGEPAGE);
}

}  // namespace hermes::io
