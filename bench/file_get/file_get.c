// Reads a file by `file-get`, and answers how many bytes that are, and how many microseconds it
// took:
//
//   /api/file-get/ipfs/Qm…        "67108864 51234"

#include <time.h>

#include "hermes/buffer.h"
#include "hermes/http.h"

static uint64_t microseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

bool exports_hermes_http_gateway_event_reply(
    hermes_binary_api_bstr_t* body, hermes_http_gateway_api_headers_t* headers,
    hermes_string_t* path, hermes_string_t* method,
    hermes_http_gateway_api_http_gateway_response_t* answer) {
  (void)body, (void)headers, (void)method;
  static const char kPrefix[] = "/api/file-get";
  const size_t skipped = sizeof kPrefix - 1;
  if (path->len < skipped) return false;
  hermes_string_t content = {path->ptr + skipped, path->len - skipped};
  hermes_ipfs_api_ipfs_file_t file;
  hermes_ipfs_api_errno_t error;
  const uint64_t begin = microseconds();
  if (!hermes_ipfs_api_file_get(&content, &file, &error)) return false;
  const uint64_t took = microseconds() - begin;
  hermes_buffer out = {0};
  hermes_put_number(&out, file.len);
  hermes_put(&out, " ");
  hermes_put_number(&out, took);
  return hermes_http_answer_bytes(answer, 200, "text/plain", out.text, out.size);
}
