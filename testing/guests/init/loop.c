#include "hermes.h"

bool exports_hermes_init_event_init(void) {
  volatile uint64_t turns = 0;
  for (;;) ++turns;
}
