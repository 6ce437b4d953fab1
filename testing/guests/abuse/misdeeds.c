// Hands host functions what no honest guest would: the number of the test says what. A test that
// returns was not stopped.

#include <stdlib.h>
#include <string.h>

#include "hermes/text.h"

enum { kHuge = 0x7fffffff };

static void get(uint8_t* ptr, size_t len) {
  hermes_string_t key = {ptr, len};
  hermes_kv_store_api_kv_values_t value;
  hermes_kv_store_api_kv_get(&key, &value);
}

static uint8_t* end_of_memory(void) {
  return (uint8_t*)(__builtin_wasm_memory_size(0) * 65536);
}

static void invalid_utf8(void) {
  get((uint8_t*)"\xc3\x28", 2);
}

static void pointer_outside(void) {
  get(end_of_memory() + 4096, 8);
}

static void end_outside(void) {
  get(end_of_memory() - 4, 8);
}

static void length_wraps(void) {
  get((uint8_t*)16, 0xfffffff8);
}

static void huge_key(void) {
  const size_t size = 32 << 20;
  uint8_t* key = (uint8_t*)malloc(size);
  memset(key, 'k', size);
  get(key, size);
}

static void huge_list_of_bytes(void) {
  hermes_string_t key = hermes_text("bytes");
  hermes_kv_store_api_kv_values_t value = {HERMES_KV_STORE_API_KV_VALUES_KV_BSTR,
                                           {.kv_bstr = {(uint8_t*)16, kHuge}}};
  hermes_kv_store_api_kv_set(&key, &value);
}

// Five lists that are one and the same, and together more than the host takes.
static void lists_that_overlap(void) {
  const size_t count = 16 << 20;
  hermes_cron_api_cron_component_t* parts =
      (hermes_cron_api_cron_component_t*)calloc(count, sizeof *parts);
  if (!parts) return;
  hermes_cron_api_cron_time_t list = {parts, count};
  hermes_cron_api_cron_sched_t text;
  hermes_cron_api_mkcron(&list, &list, &list, &list, &list, &text);
}

static void malformed_json(void) {
  hermes_string_t key = hermes_text("json");
  hermes_kv_store_api_kv_values_t value = {HERMES_KV_STORE_API_KV_VALUES_KV_JSON,
                                           {.kv_json = hermes_text("{")}};
  hermes_kv_store_api_kv_set(&key, &value);
}

static void (*const kMisdeeds[])(void) = {
    invalid_utf8, pointer_outside,    end_outside,        length_wraps,
    huge_key,     huge_list_of_bytes, lists_that_overlap, malformed_json,
};

bool exports_hermes_integration_test_event_test(uint32_t test, bool run,
                                                hermes_integration_test_api_test_result_t* result) {
  if (test >= sizeof kMisdeeds / sizeof *kMisdeeds) return false;
  if (run) kMisdeeds[test]();
  hermes_string_dup(&result->name, "nobody stopped it");
  result->status = true;
  return true;
}

bool exports_hermes_integration_test_event_bench(
    uint32_t bench, bool run, hermes_integration_test_api_test_result_t* result) {
  return exports_hermes_integration_test_event_test(bench, run, result);
}
