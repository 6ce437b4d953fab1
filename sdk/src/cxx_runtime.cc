// What the C++ library does when it gives up. Its own versions print to stderr first, for which
// every component in C++ would import the files and streams of WASI. These trap; an app may define
// others.

#include <__verbose_abort>
#include <cstdlib>
#include <new>

#define HERMES_REPLACEABLE [[gnu::weak]]

namespace {

void* allocate(std::size_t size) {
  if (void* memory = std::malloc(size ? size : 1)) return memory;
  __builtin_trap();
}

}  // namespace

HERMES_REPLACEABLE void* operator new(std::size_t size) {
  return allocate(size);
}
HERMES_REPLACEABLE void* operator new[](std::size_t size) {
  return allocate(size);
}
HERMES_REPLACEABLE void operator delete(void* memory) noexcept {
  std::free(memory);
}
HERMES_REPLACEABLE void operator delete[](void* memory) noexcept {
  std::free(memory);
}
HERMES_REPLACEABLE void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
HERMES_REPLACEABLE void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}

HERMES_REPLACEABLE void std::__libcpp_verbose_abort(const char*, ...) {
  __builtin_trap();
}

extern "C" HERMES_REPLACEABLE [[noreturn]] void __cxa_pure_virtual() {
  __builtin_trap();
}
