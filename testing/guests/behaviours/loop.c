// Says so on stdout, and never ends.

#include <stdio.h>

#include "behaviours/any_event.h"

static const char* behave(void) {
  puts("in a loop");
  volatile uint64_t turns = 0;
  for (;;) ++turns;
}
