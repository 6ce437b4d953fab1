// Says which entry fired.

#include "hermes/log.h"

bool exports_hermes_cron_event_on_cron(hermes_cron_api_cron_tagged_t* event, bool last) {
  hermes_logging_api_log(HERMES_LOGGING_API_LEVEL_INFO, NULL, NULL, NULL, NULL, NULL, &event->when,
                         NULL);
  return !last;
}
