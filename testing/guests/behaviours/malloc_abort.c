// Takes memory until there is none, and aborts then, as programs do.

#include <stdlib.h>

#include "behaviours/any_event.h"

static const char* behave(void) {
  for (;;) {
    char* volatile memory = (char*)malloc(1 << 20);
    if (!memory) abort();
    memory[0] = 1;
  }
}
