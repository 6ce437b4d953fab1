// Handles hermes:cron/event#on-cron as it is not: see wrong_handler_wit.

#include "hermes.h"

bool exports_hermes_cron_event_on_cron(hermes_string_t* tag) {
  return tag->len > 0;
}
