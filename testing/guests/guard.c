// Judges clients by their Authorization header, which says what to do: "ada" and other names pass,
// and the request then has them as x-hermes-user; "nobody" has no verdict; "no" is forbidden;
// "trap" and "loop" never come to one. Each time, it says so on stdout.

#include <stdio.h>

#include "hermes/http.h"

static bool answer(hermes_http_gateway_api_http_response_t* response, uint16_t code,
                   const char* name, hermes_string_t value) {
  response->code = code;
  response->headers.len = 1;
  response->headers.ptr = malloc(sizeof *response->headers.ptr);
  hermes_http_gateway_api_header_t* header = response->headers.ptr;
  hermes_string_dup(&header->f0, name);
  header->f1.len = 1;
  header->f1.ptr = malloc(sizeof *header->f1.ptr);
  header->f1.ptr->len = value.len;
  header->f1.ptr->ptr = malloc(value.len ? value.len : 1);
  memcpy(header->f1.ptr->ptr, value.ptr, value.len);
  hermes_string_t body;
  hermes_string_dup(&body, "forbidden by the guard");
  response->body.ptr = body.ptr;
  response->body.len = body.len;
  return true;
}

bool exports_hermes_http_gateway_event_auth_validate_auth(
    hermes_http_gateway_api_auth_request_t* request,
    hermes_http_gateway_api_http_response_t* response) {
  puts("asked to judge");
  for (size_t i = 0; i < request->headers.len; ++i) {
    const hermes_http_gateway_api_header_t* header = &request->headers.ptr[i];
    if (!hermes_text_is(header->f0, "authorization")) continue;
    const hermes_string_t who = header->f1.ptr[0];
    if (hermes_text_is(who, "nobody")) return false;
    if (hermes_text_is(who, "no")) return answer(response, 403, "x-guard", who);
    if (hermes_text_is(who, "trap")) __builtin_trap();
    for (volatile int i = 0; hermes_text_is(who, "loop"); ++i) continue;
    return answer(response, 200, "x-hermes-user", who);
  }
  return false;
}
