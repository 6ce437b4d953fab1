#include "behaviours/any_event.h"

static const char* behave(void) {
  volatile uint64_t turns = 0;
  for (;;) ++turns;
}
