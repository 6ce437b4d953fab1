// test(i) runs the i-th shape of all groups in a row.

#include "shapes/shapes.h"

static const shape* find(uint32_t number) {
  static const shape_group* const groups[] = {
      &kv_shapes,     &cron_shapes,    &crypto_shapes,       &hash_shapes,    &localtime_shapes,
      &sqlite_shapes, &cardano_shapes, &http_request_shapes, &logging_shapes,
  };
  for (size_t i = 0; i < sizeof groups / sizeof *groups; ++i) {
    if (number < groups[i]->count) return &groups[i]->shapes[number];
    number -= (uint32_t)groups[i]->count;
  }
  return NULL;
}

bool exports_hermes_integration_test_event_test(uint32_t test, bool run,
                                                hermes_integration_test_api_test_result_t* result) {
  const shape* found = find(test);
  if (!found) return false;
  hermes_string_dup(&result->name, found->name);
  result->status = !run || found->comes_back();
  return true;
}

bool exports_hermes_integration_test_event_bench(
    uint32_t bench, bool run, hermes_integration_test_api_test_result_t* result) {
  return exports_hermes_integration_test_event_test(bench, run, result);
}
