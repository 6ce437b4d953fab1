// Logs one record of each level at each request: "a record of debug".

#include "hermes/http.h"
#include "hermes/log.h"

bool exports_hermes_http_gateway_event_reply(
    hermes_binary_api_bstr_t* body, hermes_http_gateway_api_headers_t* headers,
    hermes_string_t* path, hermes_string_t* method,
    hermes_http_gateway_api_http_gateway_response_t* answer) {
  (void)body, (void)headers, (void)path, (void)method;
  hermes_log(HERMES_LOGGING_API_LEVEL_TRACE, "a record of trace");
  hermes_log(HERMES_LOGGING_API_LEVEL_DEBUG, "a record of debug");
  hermes_log(HERMES_LOGGING_API_LEVEL_INFO, "a record of info");
  hermes_log(HERMES_LOGGING_API_LEVEL_WARN, "a record of warn");
  hermes_log(HERMES_LOGGING_API_LEVEL_ERROR, "a record of error");
  return hermes_http_answer(answer, 200, "text/plain", "logged");
}
