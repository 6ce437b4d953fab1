// Answers a request with what it was, as JSON:
//
//   {"method":"POST","path":"/api/a?b=c","headers":[["name",["value",…]],…],"body":"…"}
//
// Bytes of the body outside of ASCII are written as \u00XX.

#include "hermes/buffer.h"
#include "hermes/http.h"

static void put_string(hermes_buffer* out, const uint8_t* bytes, size_t size) {
  static const char hex[] = "0123456789abcdef";
  hermes_put(out, "\"");
  for (size_t i = 0; i < size; ++i) {
    const uint8_t byte = bytes[i];
    if (byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\') {
      hermes_put_bytes(out, &byte, 1);
    } else {
      const char escaped[6] = {'\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15]};
      hermes_put_bytes(out, escaped, sizeof escaped);
    }
  }
  hermes_put(out, "\"");
}

static void put_headers(hermes_buffer* out, const hermes_http_gateway_api_headers_t* headers) {
  hermes_put(out, "[");
  for (size_t i = 0; i < headers->len; ++i) {
    const hermes_http_gateway_api_header_t* header = &headers->ptr[i];
    hermes_put(out, i ? ",[" : "[");
    put_string(out, header->f0.ptr, header->f0.len);
    for (size_t j = 0; j < header->f1.len; ++j) {
      hermes_put(out, j ? "," : ",[");
      put_string(out, header->f1.ptr[j].ptr, header->f1.ptr[j].len);
    }
    hermes_put(out, header->f1.len ? "]]" : ",[]]");
  }
  hermes_put(out, "]");
}

bool exports_hermes_http_gateway_event_reply(
    hermes_binary_api_bstr_t* body, hermes_http_gateway_api_headers_t* headers,
    hermes_string_t* path, hermes_string_t* method,
    hermes_http_gateway_api_http_gateway_response_t* answer) {
  hermes_buffer out = {0};
  hermes_put(&out, "{\"method\":");
  put_string(&out, method->ptr, method->len);
  hermes_put(&out, ",\"path\":");
  put_string(&out, path->ptr, path->len);
  hermes_put(&out, ",\"headers\":");
  put_headers(&out, headers);
  hermes_put(&out, ",\"body\":");
  put_string(&out, body->ptr, body->len);
  hermes_put(&out, "}");
  return hermes_http_answer_bytes(answer, 200, "application/json", out.text, out.size);
}
