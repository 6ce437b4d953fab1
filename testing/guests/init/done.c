#include "hermes.h"

bool exports_hermes_init_event_init(void) {
  hermes_init_api_done(7);
  return true;
}
