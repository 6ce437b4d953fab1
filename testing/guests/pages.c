// Is an instance fresh? Pages all over the memory, and a variable, are looked at and then written.
// Whoever gets them as they were left says so with status false.

#include "hermes/text.h"

enum { kPage = 4096, kPages = 8192, kStride = 17, kGrown = 64 };

static uint8_t area[kPage * kPages];
static volatile uint32_t variable = 42;

static bool all_zero(const volatile uint8_t* page) {
  for (size_t i = 0; i < kPage; i += 64) {
    if (page[i]) return false;
  }
  return true;
}

static void write(volatile uint8_t* page) {
  for (size_t i = 0; i < kPage; i += 64) page[i] = 0xd1;
}

static bool zero_then_written(volatile uint8_t* pages, size_t count, size_t stride) {
  bool zero = true;
  for (size_t i = 0; i < count; i += stride) {
    if (!all_zero(pages + i * kPage)) zero = false;
    write(pages + i * kPage);
  }
  return zero;
}

static bool grown_pages_are_fresh(void) {
  const size_t before = __builtin_wasm_memory_grow(0, kGrown);
  if (before == SIZE_MAX) return false;
  const size_t wasm_page = 65536;
  return zero_then_written((volatile uint8_t*)(before * wasm_page), kGrown * (wasm_page / kPage),
                           1);
}

static bool is_fresh(void) {
  const bool variable_is_fresh = variable == 42;
  variable = 7;
  const bool memory_is_fresh = zero_then_written(area, kPages, kStride);
  return grown_pages_are_fresh() && memory_is_fresh && variable_is_fresh;
}

bool exports_hermes_integration_test_event_test(uint32_t test, bool run,
                                                hermes_integration_test_api_test_result_t* result) {
  (void)test;
  hermes_string_dup(&result->name, "every page is zero at first");
  result->status = !run || is_fresh();
  return true;
}

bool exports_hermes_integration_test_event_bench(
    uint32_t bench, bool run, hermes_integration_test_api_test_result_t* result) {
  return exports_hermes_integration_test_event_test(bench, run, result);
}
