// Writes a key that it watches, and again each time that it is told so, without end. An event
// `on-cron` begins it.

#include "hermes/text.h"

static void count_up(void) {
  hermes_string_t key = hermes_text("own");
  hermes_kv_store_api_kv_values_t one = {HERMES_KV_STORE_API_KV_VALUES_KV_U64, {.kv_u64 = 1}};
  hermes_kv_store_api_kv_values_t before;
  hermes_kv_store_api_kv_add(&key, &one, &before);
}

bool exports_hermes_init_event_init(void) {
  hermes_string_t key = hermes_text("own");
  hermes_kv_store_api_kv_values_t value;
  hermes_kv_store_api_kv_subscribe(&key, &value);
  return true;
}

bool exports_hermes_cron_event_on_cron(hermes_cron_api_cron_tagged_t* event, bool last) {
  (void)event;
  count_up();
  return !last;
}

void exports_hermes_kv_store_event_kv_update(hermes_string_t* key,
                                             exports_hermes_kv_store_event_kv_values_t* value) {
  (void)key, (void)value;
  count_up();
}
