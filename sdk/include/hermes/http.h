#ifndef HERMES_HTTP_H
#define HERMES_HTTP_H

// Answering a request, for worlds that export hermes:http-gateway/event:
//
//   bool exports_hermes_http_gateway_event_reply(…,
//   hermes_http_gateway_api_http_gateway_response_t* answer) {
//     if (!hermes_http_is(method, path, "GET", "/api/hello")) return false;
//     return hermes_http_answer(answer, 200, "text/plain", "hello");
//   }
//
// What an export returns is freed by the bindings, so an answer copies what it is given. What an
// export is given belongs to it; it may leave it, since all memory of a call ends with the call.

#include <stdlib.h>

#include "hermes/text.h"

#ifdef __cplusplus
extern "C" {
#endif

/// The path without its query.
static inline hermes_string_t hermes_http_path(hermes_string_t path) {
  const uint8_t* query = (const uint8_t*)memchr(path.ptr, '?', path.len);
  if (query) path.len = (size_t)(query - path.ptr);
  return path;
}

static inline bool hermes_http_is(const hermes_string_t* method, const hermes_string_t* path,
                                  const char* wanted_method, const char* wanted_path) {
  return hermes_text_is(*method, wanted_method) &&
         hermes_text_is(hermes_http_path(*path), wanted_path);
}

/// Adds a header to an answer.
static inline void hermes_http_add_header(hermes_http_gateway_api_http_gateway_response_t* answer,
                                          const char* name, const char* value) {
  hermes_http_gateway_api_headers_t* headers = &answer->val.http.headers;
  headers->ptr = (hermes_http_gateway_api_header_t*)realloc(
      headers->ptr, (headers->len + 1) * sizeof *headers->ptr);
  if (!headers->ptr) __builtin_trap();
  hermes_http_gateway_api_header_t* header = &headers->ptr[headers->len++];
  hermes_string_dup(&header->f0, name);
  header->f1.len = 1;
  header->f1.ptr = (hermes_string_t*)malloc(sizeof *header->f1.ptr);
  hermes_string_dup(header->f1.ptr, value);
}

/// Returns true, for `reply` to return.
static inline bool hermes_http_answer_bytes(hermes_http_gateway_api_http_gateway_response_t* answer,
                                            uint16_t code, const char* content_type,
                                            const void* body, size_t size) {
  hermes_http_gateway_api_http_response_t* http = &answer->val.http;
  answer->tag = HERMES_HTTP_GATEWAY_API_HTTP_GATEWAY_RESPONSE_HTTP;
  http->code = code;
  http->headers.ptr = NULL;
  http->headers.len = 0;
  hermes_http_add_header(answer, "content-type", content_type);
  http->body.len = size;
  http->body.ptr = (uint8_t*)malloc(size ? size : 1);
  memcpy(http->body.ptr, body, size);
  return true;
}

static inline bool hermes_http_answer(hermes_http_gateway_api_http_gateway_response_t* answer,
                                      uint16_t code, const char* content_type, const char* body) {
  return hermes_http_answer_bytes(answer, code, content_type, body, strlen(body));
}

#ifdef __cplusplus
}
#endif

#endif
