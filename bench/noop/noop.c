// Answers an event and does nothing, but for reading WASI's clock if it is told to.

#include "hermes.h"

bool exports_hermes_init_event_init(void) {
#ifdef READS_CLOCK
  if (wasi_clocks_monotonic_clock_now() == 0) return false;
#endif
  return true;
}
