#include <string>

#include "hermes/cxx/http.h"
#include "hermes/log.h"

// Answers `GET /api/hello`. What it declines goes to the next module, and then is not found.
bool exports_hermes_http_gateway_event_reply(
    hermes_binary_api_bstr_t*, hermes_http_gateway_api_headers_t*, hermes_string_t* path,
    hermes_string_t* method, hermes_http_gateway_api_http_gateway_response_t* answer) {
  if (!hermes_http_is(method, path, "GET", "/api/hello")) return false;
  hermes_log(HERMES_LOGGING_API_LEVEL_INFO, "somebody says hello");
  const std::string text = "hello from @name@\n";
  return hermes::http::answer(answer, {200, "text/plain", text});
}
