// Writes down what it handles, and when it begins and ends, in the string at the key "order":
//
//   <tag tag> <key key>
//
// It reads the string again in between. What does not overlap shows as such pairs.

#include "hermes/text.h"

static void append(const char* before, hermes_string_t name, const char* after) {
  const size_t size = strlen(before) + name.len + strlen(after);
  char text[size];
  memcpy(text, before, strlen(before));
  memcpy(text + strlen(before), name.ptr, name.len);
  memcpy(text + strlen(before) + name.len, after, strlen(after));
  hermes_string_t key = hermes_text("order");
  hermes_kv_store_api_kv_values_t piece = {.tag = HERMES_KV_STORE_API_KV_VALUES_KV_STRING};
  piece.val.kv_string = (hermes_string_t){.ptr = (uint8_t*)text, .len = size};
  hermes_kv_store_api_kv_values_t old;
  hermes_kv_store_api_kv_add(&key, &piece, &old);
}

static bool is_written_down(void) {
  hermes_string_t key = hermes_text("order");
  hermes_kv_store_api_kv_values_t value;
  return hermes_kv_store_api_kv_get(&key, &value) &&
         value.tag == HERMES_KV_STORE_API_KV_VALUES_KV_STRING && value.val.kv_string.len > 0;
}

static bool write_down(hermes_string_t name) {
  append("<", name, " ");
  const bool written = is_written_down();
  append("", name, "> ");
  return written;
}

bool exports_hermes_init_event_init(void) {
  hermes_string_t key = hermes_text("watched");
  hermes_kv_store_api_kv_values_t value;
  hermes_kv_store_api_kv_subscribe(&key, &value);
  return true;
}

bool exports_hermes_cron_event_on_cron(hermes_cron_api_cron_tagged_t* event, bool last) {
  (void)last;
  return write_down(event->tag);
}

void exports_hermes_kv_store_event_kv_update(hermes_string_t* key,
                                             hermes_kv_store_api_kv_values_t* value) {
  (void)value;
  write_down(*key);
}
