// Watches the key "watched", to which each cron event writes its tag, and keeps the values that it
// is told of, one after the other, at the key "seen". Each is also printed, once it is kept: "saw
// <value>".
//
// It begins with a delay of a millisecond, whose tag is "delayed".

#include <stdio.h>

#include "hermes/text.h"

static hermes_kv_store_api_kv_values_t string_value(hermes_string_t text) {
  return (hermes_kv_store_api_kv_values_t){HERMES_KV_STORE_API_KV_VALUES_KV_STRING,
                                           {.kv_string = text}};
}

bool exports_hermes_init_event_init(void) {
  hermes_string_t key = hermes_text("watched");
  hermes_string_t tag = hermes_text("delayed");
  hermes_kv_store_api_kv_values_t value;
  hermes_kv_store_api_kv_subscribe(&key, &value);
  return hermes_cron_api_delay(1000000, &tag);
}

bool exports_hermes_cron_event_on_cron(hermes_cron_api_cron_tagged_t* event, bool last) {
  hermes_string_t key = hermes_text("watched");
  hermes_kv_store_api_kv_values_t tag = string_value(event->tag);
  hermes_kv_store_api_kv_set(&key, &tag);
  return !last;
}

static void keep(hermes_string_t text) {
  hermes_string_t key = hermes_text("seen");
  hermes_kv_store_api_kv_values_t piece = string_value(text);
  hermes_kv_store_api_kv_values_t old;
  hermes_kv_store_api_kv_add(&key, &piece, &old);
}

void exports_hermes_kv_store_event_kv_update(hermes_string_t* key,
                                             hermes_kv_store_api_kv_values_t* value) {
  (void)key;
  keep(value->val.kv_string);
  keep(hermes_text(" "));
  printf("saw %.*s\n", (int)value->val.kv_string.len, (const char*)value->val.kv_string.ptr);
  fflush(stdout);
}
