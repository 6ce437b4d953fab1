// Answers a request with what it was, as JSON:
//
//   {"method":"POST","path":"/api/a?b=c","headers":[["name",["value",…]],…],"body":"…"}
//
// Bytes of the body outside of ASCII are written as \u00XX.

#include "hermes/http.h"

typedef struct {
  char* text;
  size_t size;
  size_t capacity;
} buffer;

static void put_bytes(buffer* out, const char* bytes, size_t size) {
  if (out->size + size > out->capacity) {
    out->capacity = (out->size + size) * 2;
    out->text = (char*)realloc(out->text, out->capacity);
    if (!out->text) abort();
  }
  memcpy(out->text + out->size, bytes, size);
  out->size += size;
}

static void put(buffer* out, const char* text) {
  put_bytes(out, text, strlen(text));
}

static void put_string(buffer* out, const uint8_t* bytes, size_t size) {
  static const char hex[] = "0123456789abcdef";
  put(out, "\"");
  for (size_t i = 0; i < size; ++i) {
    const uint8_t byte = bytes[i];
    if (byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\') {
      put_bytes(out, (const char*)&byte, 1);
    } else {
      const char escaped[6] = {'\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15]};
      put_bytes(out, escaped, sizeof escaped);
    }
  }
  put(out, "\"");
}

static void put_headers(buffer* out, const hermes_http_gateway_api_headers_t* headers) {
  put(out, "[");
  for (size_t i = 0; i < headers->len; ++i) {
    const hermes_http_gateway_api_header_t* header = &headers->ptr[i];
    put(out, i ? ",[" : "[");
    put_string(out, header->f0.ptr, header->f0.len);
    for (size_t j = 0; j < header->f1.len; ++j) {
      put(out, j ? "," : ",[");
      put_string(out, header->f1.ptr[j].ptr, header->f1.ptr[j].len);
    }
    put(out, header->f1.len ? "]]" : ",[]]");
  }
  put(out, "]");
}

bool exports_hermes_http_gateway_event_reply(
    hermes_binary_api_bstr_t* body, hermes_http_gateway_api_headers_t* headers,
    hermes_string_t* path, hermes_string_t* method,
    hermes_http_gateway_api_http_gateway_response_t* answer) {
  buffer out = {0};
  put(&out, "{\"method\":");
  put_string(&out, method->ptr, method->len);
  put(&out, ",\"path\":");
  put_string(&out, path->ptr, path->len);
  put(&out, ",\"headers\":");
  put_headers(&out, headers);
  put(&out, ",\"body\":");
  put_string(&out, body->ptr, body->len);
  put(&out, "}");
  return hermes_http_answer_bytes(answer, 200, "application/json", out.text, out.size);
}
