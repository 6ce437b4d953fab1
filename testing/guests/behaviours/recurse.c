// Calls itself without end. What it needs is on the stack of the machine code, not in its memory.

#include "behaviours/any_event.h"

static volatile uint32_t never = UINT32_MAX;

static uint32_t deeper(uint32_t depth) {
  if (depth == never) return depth;
  return deeper(depth + 1) * 3 + depth;
}

static const char* behave(void) {
  return deeper(0) ? "it returned" : "it returned nothing";
}
