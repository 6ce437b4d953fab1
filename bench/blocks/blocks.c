// Calls one host function that blocks.

#include "hermes/text.h"

bool exports_hermes_init_event_init(void) {
  hermes_string_t key = hermes_text("key");
  hermes_kv_store_api_kv_values_t value = {.tag = HERMES_KV_STORE_API_KV_VALUES_KV_U64};
  hermes_kv_store_api_kv_set(&key, &value);
  return true;
}
