// Calls one host function that is answered later.

#include "hermes/text.h"

bool exports_hermes_init_event_init(void) {
  hermes_http_request_api_payload_t payload = {.host_uri = hermes_text("later")};
  hermes_http_request_api_error_code_t error;
  return hermes_http_request_api_send(&payload, &error);
}
