// Writes and reads a key in turns.

#include "hermes/text.h"

enum { kRounds = 500000 };

bool exports_hermes_init_event_init(void) {
  hermes_string_t key = hermes_text("count");
  hermes_kv_store_api_kv_values_t value = {HERMES_KV_STORE_API_KV_VALUES_KV_S64, {.kv_s64 = 0}};
  for (int64_t i = 0; i < kRounds; ++i) {
    hermes_kv_store_api_kv_values_t read;
    value.val.kv_s64 = i;
    hermes_kv_store_api_kv_set(&key, &value);
    if (!hermes_kv_store_api_kv_get(&key, &read) || read.val.kv_s64 != i) return false;
  }
  return true;
}
