// Has the gateway fetch the answer: from the URL that is the body of the request.

#include "hermes/http.h"

bool exports_hermes_http_gateway_event_reply(
    hermes_binary_api_bstr_t* body, hermes_http_gateway_api_headers_t* headers,
    hermes_string_t* path, hermes_string_t* method,
    hermes_http_gateway_api_http_gateway_response_t* answer) {
  (void)headers, (void)path, (void)method;
  answer->tag = HERMES_HTTP_GATEWAY_API_HTTP_GATEWAY_RESPONSE_INTERNAL_REDIRECT;
  answer->val.internal_redirect.ptr = body->ptr;
  answer->val.internal_redirect.len = body->len;
  return true;
}
