// Asks a host function what to answer to a cron event: true if it says ok, false for an error. It
// is asked about the tag, in place of a host, and the schedule, in place of a request.

#include "hermes/text.h"

bool exports_hermes_cron_event_on_cron(hermes_cron_api_cron_tagged_t* event, bool last) {
  (void)last;
  hermes_http_request_api_payload_t payload = {.host_uri = event->tag,
                                               .body = {event->when.ptr, event->when.len}};
  hermes_http_request_api_error_code_t error;
  return hermes_http_request_api_send(&payload, &error);
}
