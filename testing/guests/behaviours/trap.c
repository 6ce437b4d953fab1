#include "behaviours/any_event.h"

static const char* behave(void) {
  __builtin_trap();
}
