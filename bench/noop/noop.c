// Answers an event and does nothing.

#include "hermes.h"

bool exports_hermes_init_event_init(void) {
  return true;
}
