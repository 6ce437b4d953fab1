#include "sql/facts.h"

static const fact* find(uint32_t number) {
  static const fact_group* const groups[] = {&database_facts, &value_facts};
  for (size_t i = 0; i < sizeof groups / sizeof *groups; ++i) {
    if (number < groups[i]->count) return &groups[i]->facts[number];
    number -= (uint32_t)groups[i]->count;
  }
  return NULL;
}

bool exports_hermes_integration_test_event_test(uint32_t test, bool run_it,
                                                hermes_integration_test_api_test_result_t* result) {
  const fact* found = find(test);
  if (!found) return false;
  hermes_string_dup(&result->name, found->name);
  result->status = !run_it || found->holds();
  return true;
}

bool exports_hermes_integration_test_event_bench(
    uint32_t bench, bool run_it, hermes_integration_test_api_test_result_t* result) {
  return exports_hermes_integration_test_event_test(bench, run_it, result);
}
