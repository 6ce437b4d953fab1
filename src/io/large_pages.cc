#include "io/large_pages.h"

#include <sys/mman.h>

#include <cstdint>

namespace hermes::io {
namespace {

constexpr std::uintptr_t kLargePage = std::uintptr_t{2} << 20U;

}  // namespace

void prefer_large_pages(const void* memory, std::size_t size) {
  const auto address = reinterpret_cast<std::uintptr_t>(memory);
  const auto begin = (address + kLargePage - 1) / kLargePage * kLargePage;
  const auto end = (address + size) / kLargePage * kLargePage;
  if (begin < end) ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
}

}  // namespace hermes::io
