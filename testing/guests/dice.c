// Asks a host function what to do with the event that it has, and then does it: returns, runs in a
// loop for some slices, or traps.

#include "hermes/text.h"

static void spin(void) {
  for (volatile uint32_t i = 0; i < 4000000; ++i) {
  }
}

void exports_hermes_http_request_event_on_http_response(uint64_t* request_id,
                                                        hermes_list_u8_t* response) {
  (void)request_id;
  hermes_http_request_api_payload_t payload = {.host_uri = hermes_text("what now"),
                                               .body = *response};
  hermes_http_request_api_error_code_t error;
  if (hermes_http_request_api_send(&payload, &error)) return;
  if (error == HERMES_HTTP_REQUEST_API_ERROR_CODE_INTERNAL) __builtin_trap();
  spin();
}
