// Hashes 1 MiB as many times as the number of the test says.

#include <stdlib.h>
#include <string.h>

#include "hermes.h"

enum { kSize = 1 << 20 };

bool exports_hermes_integration_test_event_test(uint32_t test, bool run,
                                                hermes_integration_test_api_test_result_t* result) {
  hermes_hash_api_bstr_t data = {malloc(kSize), kSize};
  memset(data.ptr, 7, kSize);
  result->status = run;
  for (uint32_t i = 0; i < test; ++i) {
    hermes_hash_api_bstr_t hash;
    hermes_hash_api_errno_t error;
    result->status = result->status && hermes_hash_api_blake3(&data, NULL, NULL, &hash, &error) &&
                     hash.len == 32;
    hermes_hash_api_bstr_free(&hash);
  }
  hermes_string_dup(&result->name, "1 MiB");
  return true;
}

bool exports_hermes_integration_test_event_bench(
    uint32_t bench, bool run, hermes_integration_test_api_test_result_t* result) {
  return exports_hermes_integration_test_event_test(bench, run, result);
}
