#include <map>
#include <string>

#include "hermes/cxx/http.h"

bool exports_hermes_http_gateway_event_reply(
    hermes_binary_api_bstr_t*, hermes_http_gateway_api_headers_t*, hermes_string_t* path,
    hermes_string_t*, hermes_http_gateway_api_http_gateway_response_t* answer) {
  const std::map<std::string, std::string, std::less<>> pages = {{"/api/a", "A"}, {"/api/b", "B"}};
  const auto found = pages.find(hermes::http::path_of(*path));
  if (found == pages.end()) return false;
  return hermes::http::answer(answer, {200, "text/plain", found->second});
}
