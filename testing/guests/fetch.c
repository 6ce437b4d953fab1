// Sends the body of a request through hermes:http-request, to the host-uri that is its path and the
// port that is its method; the number of its headers is the request-id, none without headers. The
// answer is "sent", or the name of the error.
//
// A response is printed in one line, "response 7: HTTP/1.1 200 OK|Content-Length: 2||hi": a line's
// end is a bar.

#include <inttypes.h>
#include <stdio.h>

#include "hermes/http.h"

static uint16_t number(hermes_string_t text) {
  uint32_t value = 0;
  for (size_t i = 0; i < text.len; ++i) value = value * 10 + (uint32_t)(text.ptr[i] - '0');
  return (uint16_t)value;
}

bool exports_hermes_http_gateway_event_reply(
    hermes_binary_api_bstr_t* body, hermes_http_gateway_api_headers_t* headers,
    hermes_string_t* path, hermes_string_t* method,
    hermes_http_gateway_api_http_gateway_response_t* answer) {
  static const char* const errors[] = {
      "internal",         "missing-scheme",    "http-connection-failed", "https-connection-failed",
      "http-send-failed", "https-send-failed",
  };
  hermes_http_request_api_payload_t payload = {
      .host_uri = *path,
      .port = number(*method),
      .body = {body->ptr, body->len},
      .request_id = {headers->len != 0, headers->len},
  };
  hermes_http_request_api_error_code_t error;
  const bool sent = hermes_http_request_api_send(&payload, &error);
  return hermes_http_answer(answer, 200, "text/plain", sent ? "sent" : errors[error]);
}

void exports_hermes_http_request_event_on_http_response(uint64_t* request_id,
                                                        hermes_list_u8_t* response) {
  printf("response %" PRIu64 ": ", request_id ? *request_id : 0);
  for (size_t i = 0; i < response->len; ++i) {
    if (response->ptr[i] != '\r') putchar(response->ptr[i] == '\n' ? '|' : response->ptr[i]);
  }
  puts("");
  fflush(stdout);
}
