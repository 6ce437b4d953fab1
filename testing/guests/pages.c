// Is an instance fresh? Pages all over the memory, a variable in it, a global and a table are
// looked at, and a secret is then written to them; test 1 only looks. Whoever gets them as they
// were left says so with status false.

#include "hermes/text.h"

enum { kPage = 4096, kPages = 8192, kStride = 17, kGrown = 64 };

static bool only_looks;
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
    if (!only_looks) write(pages + i * kPage);
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

static void nothing(void) {}
static void (*volatile function)(void) = nothing;  // The linker's table has it as element 1.

// A table of its own, of as many elements; C knows only the linker's.
__asm__(
    ".tabletype secrets, funcref, 512\n"
    "secrets:\n");
enum { kElements = 512 };

static bool is_null(uint32_t element) {
  bool null;
  __asm__ volatile("local.get %1\n table.get secrets\n ref.is_null\n local.set %0"
                   : "=r"(null)
                   : "r"(element));
  return null;
}

static void put_function(uint32_t element) {
  __asm__ volatile(
      "local.get %0\n i32.const 1\n table.get __indirect_function_table\n table.set secrets"
      :
      : "r"(element));
}

static bool table_is_fresh(void) {
  bool fresh = true;
  for (uint32_t i = 0; i < kElements; ++i) {
    if (!is_null(i)) fresh = false;
    if (only_looks) continue;
    put_function(i);
    if (is_null(i)) fresh = false;  // Nothing was put there, and so nothing is tested.
  }
  return fresh;
}

// A global of WebAssembly, outside of the memory; C has only the linker's.
__asm__(
    ".globaltype secret, i64\n"
    "secret:\n");

static uint64_t global(void) {
  uint64_t value;
  __asm__ volatile("global.get secret\n local.set %0" : "=r"(value));
  return value;
}

static void set_global(uint64_t value) {
  __asm__ volatile("local.get %0\n global.set secret" : : "r"(value));
}

static bool global_is_fresh(void) {
  const uint64_t spoilt = 0xd1d1d1d1d1d1d1d1;
  const bool fresh = global() == 0;
  if (only_looks) return fresh;
  set_global(spoilt);
  return fresh && global() == spoilt;  // Or it was not put there, and nothing is tested.
}

static bool is_fresh(void) {
  function();
  const bool variable_is_fresh = variable == 42;
  if (!only_looks) variable = 7;
  const bool memory_is_fresh = zero_then_written(area, kPages, kStride);
  return global_is_fresh() && table_is_fresh() && grown_pages_are_fresh() && memory_is_fresh &&
         variable_is_fresh;
}

bool exports_hermes_integration_test_event_test(uint32_t test, bool run,
                                                hermes_integration_test_api_test_result_t* result) {
  only_looks = test == 1;
  hermes_string_dup(&result->name, "nothing is left of another instance");
  result->status = !run || is_fresh();
  return true;
}

bool exports_hermes_integration_test_event_bench(
    uint32_t bench, bool run, hermes_integration_test_api_test_result_t* result) {
  return exports_hermes_integration_test_event_test(bench, run, result);
}
