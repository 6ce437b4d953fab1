#include "hermes/http.h"

bool exports_hermes_http_gateway_event_reply(
    hermes_binary_api_bstr_t* body, hermes_http_gateway_api_headers_t* headers,
    hermes_string_t* path, hermes_string_t* method,
    hermes_http_gateway_api_http_gateway_response_t* answer) {
  (void)body, (void)headers;
  if (!hermes_http_is(method, path, "GET", "/api/hello")) return false;
  return hermes_http_answer(answer, 200, "text/plain", "hello");
}
