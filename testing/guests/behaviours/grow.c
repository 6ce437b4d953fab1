// Grows its memory a MiB at a time until that is refused, and reports the MiB it had then.

#include "behaviours/any_event.h"

static const char* behave(void) {
  enum { kPagesInMiB = 16 };
  while (__builtin_wasm_memory_grow(0, kPagesInMiB) != SIZE_MAX) continue;
  static char digits[16];
  char* first = digits + sizeof digits - 1;
  size_t mib = __builtin_wasm_memory_size(0) / kPagesInMiB;
  do {
    *--first = (char)('0' + mib % 10);
    mib /= 10;
  } while (mib > 0);
  return first;
}
