// Grows its memory a MiB at a time until that is refused, and reports the MiB it had then.

#include "behaviours/any_event.h"
#include "hermes/buffer.h"

static const char* behave(void) {
  enum { kPagesInMiB = 16 };
  while (__builtin_wasm_memory_grow(0, kPagesInMiB) != SIZE_MAX) continue;
  hermes_buffer report = {0};
  hermes_put_number(&report, __builtin_wasm_memory_size(0) / kPagesInMiB);
  hermes_put_bytes(&report, "", 1);
  return report.text;
}
