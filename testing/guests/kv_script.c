// Calls the function that the path names, on the key that it names, with the values of the body, a
// line each; answers the value that comes back.
//
//   /api/kv-set/count       "s64 1"            ""
//   /api/kv-cas/count       "s64 1\ns64 2"     "s64 1"
//
// A value is "none", or its type, a blank and its content: "string abc", "f64 1.5", "cbor <bytes>".
// What it is told of is printed: "kv-update <key> <value>". `many` in place of a function's name
// adds one to the key as often as the body says, by kv-add and by kv-cas in turns.

#include <stdio.h>

#include "hermes/buffer.h"
#include "hermes/http.h"

typedef hermes_kv_store_api_kv_values_t value;

static const char* const kTypes[] = {"string", "s64", "u64", "f64", "bstr", "cbor", "json"};

// The content ends with a zero. False for none.
static bool read_value(char* text, value* read) {
  char* blank = strchr(text, ' ');
  if (!blank) return false;
  *blank = '\0';
  char* content = blank + 1;
  for (uint8_t tag = 0; tag < sizeof kTypes / sizeof *kTypes; ++tag) {
    if (strcmp(text, kTypes[tag]) == 0) read->tag = tag;
  }
  switch (read->tag) {
    case HERMES_KV_STORE_API_KV_VALUES_KV_S64:
      read->val.kv_s64 = strtoll(content, NULL, 10);
      break;
    case HERMES_KV_STORE_API_KV_VALUES_KV_U64:
      read->val.kv_u64 = strtoull(content, NULL, 10);
      break;
    case HERMES_KV_STORE_API_KV_VALUES_KV_F64:
      read->val.kv_f64 = strtod(content, NULL);
      break;
    default:  // All that are bytes have one form.
      read->val.kv_string = hermes_text(content);
  }
  return true;
}

static void put_value(hermes_buffer* out, bool there, const value* put) {
  char number[40];
  if (!there) return hermes_put(out, "none");
  hermes_put(out, kTypes[put->tag]);
  hermes_put(out, " ");
  switch (put->tag) {
    case HERMES_KV_STORE_API_KV_VALUES_KV_S64:
      snprintf(number, sizeof number, "%lld", (long long)put->val.kv_s64);
      break;
    case HERMES_KV_STORE_API_KV_VALUES_KV_U64:
      snprintf(number, sizeof number, "%llu", (unsigned long long)put->val.kv_u64);
      break;
    case HERMES_KV_STORE_API_KV_VALUES_KV_F64:
      snprintf(number, sizeof number, "%.17g", put->val.kv_f64);
      break;
    default:
      return hermes_put_bytes(out, put->val.kv_string.ptr, put->val.kv_string.len);
  }
  hermes_put(out, number);
}

static bool is_s64(bool there, const value* read, int64_t number) {
  return there && read->tag == HERMES_KV_STORE_API_KV_VALUES_KV_S64 && read->val.kv_s64 == number;
}

static void add_by_cas(hermes_string_t* key) {
  value current;
  value seen;
  bool there = hermes_kv_store_api_kv_get(key, &current);
  for (;;) {
    value next = {HERMES_KV_STORE_API_KV_VALUES_KV_S64, {.kv_s64 = 1}};
    if (there) next.val.kv_s64 += current.val.kv_s64;
    const bool was_there = hermes_kv_store_api_kv_cas(key, there ? &current : NULL, &next, &seen);
    if (!there && !was_there) return;
    if (there && is_s64(was_there, &seen, current.val.kv_s64)) return;
    there = was_there;
    current = seen;
  }
}

static void add_many(hermes_string_t* key, long times) {
  value one = {HERMES_KV_STORE_API_KV_VALUES_KV_S64, {.kv_s64 = 1}};
  value before;
  for (long i = 0; i < times; ++i) {
    if (i % 2) {
      add_by_cas(key);
    } else {
      hermes_kv_store_api_kv_add(key, &one, &before);
    }
  }
}

static void act(hermes_buffer* out, hermes_string_t function, hermes_string_t* key, char* body) {
  value first = {0};
  value second = {0};
  value returned;
  char* line = strchr(body, '\n');
  if (line) *line = '\0';
  if (hermes_text_is(function, "many")) return add_many(key, strtol(body, NULL, 10));
  value* one = read_value(body, &first) ? &first : NULL;
  value* two = line && read_value(line + 1, &second) ? &second : NULL;
  bool there = false;
  if (hermes_text_is(function, "kv-set")) return hermes_kv_store_api_kv_set(key, one);
  if (hermes_text_is(function, "kv-get")) there = hermes_kv_store_api_kv_get(key, &returned);
  if (hermes_text_is(function, "kv-get-default")) {
    there = hermes_kv_store_api_kv_get_default(key, one, &returned);
  }
  if (hermes_text_is(function, "kv-get-set")) {
    there = hermes_kv_store_api_kv_get_set(key, one, &returned);
  }
  if (hermes_text_is(function, "kv-add")) there = hermes_kv_store_api_kv_add(key, one, &returned);
  if (hermes_text_is(function, "kv-cas")) {
    there = hermes_kv_store_api_kv_cas(key, one, two, &returned);
  }
  if (hermes_text_is(function, "kv-subscribe")) {
    there = hermes_kv_store_api_kv_subscribe(key, &returned);
  }
  if (hermes_text_is(function, "kv-unsubscribe")) {
    there = hermes_kv_store_api_kv_unsubscribe(key, &returned);
  }
  put_value(out, there, &returned);
}

bool exports_hermes_http_gateway_event_reply(
    hermes_binary_api_bstr_t* body, hermes_http_gateway_api_headers_t* headers,
    hermes_string_t* path, hermes_string_t* method,
    hermes_http_gateway_api_http_gateway_response_t* answer) {
  (void)headers, (void)method;
  hermes_buffer text = {0};
  hermes_put_bytes(&text, body->ptr, body->len);
  hermes_put_bytes(&text, "", 1);
  hermes_string_t function = {path->ptr + strlen("/api/"), path->len - strlen("/api/")};
  const uint8_t* slash = (const uint8_t*)memchr(function.ptr, '/', function.len);
  if (!slash) return false;
  hermes_string_t key = {(uint8_t*)slash + 1, (size_t)(function.ptr + function.len - slash - 1)};
  function.len = (size_t)(slash - function.ptr);
  hermes_buffer out = {0};
  act(&out, function, &key, text.text);
  return hermes_http_answer_bytes(answer, 200, "text/plain", out.text, out.size);
}

void exports_hermes_kv_store_event_kv_update(hermes_string_t* key, value* updated) {
  hermes_buffer out = {0};
  put_value(&out, true, updated);
  printf("kv-update %.*s %.*s\n", (int)key->len, (const char*)key->ptr, (int)out.size, out.text);
  fflush(stdout);
}
