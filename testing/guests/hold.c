// Grows its memory by as many MiB as the number of the test says, tells how many it got on stdout,
// and sleeps then for longer than any test.

#include <stdio.h>
#include <time.h>

#include "hermes/text.h"

bool exports_hermes_integration_test_event_test(uint32_t mebibytes, bool run,
                                                hermes_integration_test_api_test_result_t* result) {
  enum { kPagesInMiB = 16 };
  uint32_t held = 0;
  while (run && held < mebibytes && __builtin_wasm_memory_grow(0, kPagesInMiB) != SIZE_MAX) ++held;
  printf("holds %u MiB\n", (unsigned)held);
  fflush(stdout);
  const struct timespec long_time = {.tv_sec = 3600};
  if (run) clock_nanosleep(CLOCK_MONOTONIC, 0, &long_time, NULL);
  hermes_string_dup(&result->name, "holds memory");
  result->status = true;
  return true;
}

bool exports_hermes_integration_test_event_bench(
    uint32_t bench, bool run, hermes_integration_test_api_test_result_t* result) {
  return exports_hermes_integration_test_event_test(bench, run, result);
}
