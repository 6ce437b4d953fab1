// Counts what happens to it: cron ticks, and updates of keys that it subscribed to.

#include "hermes/buffer.h"
#include "hermes/cron.h"
#include "hermes/http.h"

static const uint64_t kSecond = 1000000000;

static uint64_t number_in(const hermes_kv_store_api_kv_values_t* value, bool present) {
  return present && value->tag == HERMES_KV_STORE_API_KV_VALUES_KV_U64 ? value->val.kv_u64 : 0;
}

static uint64_t count_of(const char* name) {
  hermes_string_t key = hermes_text(name);
  hermes_kv_store_api_kv_values_t value;
  return number_in(&value, hermes_kv_store_api_kv_get(&key, &value));
}

static void count(const char* name) {
  hermes_string_t key = hermes_text(name);
  hermes_kv_store_api_kv_values_t before;
  hermes_kv_store_api_kv_values_t one = {HERMES_KV_STORE_API_KV_VALUES_KV_U64, {.kv_u64 = 1}};
  hermes_kv_store_api_kv_add(&key, &one, &before);
}

static void subscribe(const char* name) {
  hermes_string_t key = hermes_text(name);
  hermes_kv_store_api_kv_values_t value;
  hermes_kv_store_api_kv_subscribe(&key, &value);
}

bool exports_hermes_init_event_init(void) {
  subscribe("seconds");
  subscribe("beats");
  return hermes_cron_every("* * * * *", "minute") && hermes_cron_after(kSecond, "second");
}

/// A delay fires once, so each second asks for the next.
bool exports_hermes_cron_event_on_cron(hermes_cron_api_cron_tagged_t* event, bool last) {
  (void)last;
  if (hermes_text_is(event->tag, "minute")) {
    count("minutes");
    return true;
  }
  count("seconds");
  return hermes_cron_after(kSecond, "second");
}

void exports_hermes_kv_store_event_kv_update(hermes_string_t* key,
                                             hermes_kv_store_api_kv_values_t* value) {
  (void)key, (void)value;
  count("updates");
}

bool exports_hermes_http_gateway_event_reply(
    hermes_binary_api_bstr_t* body, hermes_http_gateway_api_headers_t* headers,
    hermes_string_t* path, hermes_string_t* method,
    hermes_http_gateway_api_http_gateway_response_t* answer) {
  (void)body, (void)headers;
  const bool beat = hermes_http_is(method, path, "POST", "/api/beat");
  if (!beat && !hermes_http_is(method, path, "GET", "/api/pulse")) return false;
  if (beat) count("beats");
  static const char* const names[] = {"seconds", "minutes", "beats", "updates"};
  hermes_buffer json = {0};
  for (size_t i = 0; i < sizeof names / sizeof *names; ++i) {
    hermes_put(&json, i ? ",\"" : "{\"");
    hermes_put(&json, names[i]);
    hermes_put(&json, "\":");
    hermes_put_number(&json, count_of(names[i]));
  }
  hermes_put(&json, "}");
  return hermes_http_answer_bytes(answer, 200, "application/json", json.text, json.size);
}
