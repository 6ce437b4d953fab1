#ifndef HERMES_GUESTS_ANY_EVENT_H
#define HERMES_GUESTS_ANY_EVENT_H

// Whatever event arrives, the guest does its one thing. Its report is the body of the response to a
// request, and the name of a test's result.

#include "hermes/http.h"

static const char* behave(void);

bool exports_hermes_cron_event_on_cron(hermes_cron_api_cron_tagged_t* event, bool last) {
  (void)event, (void)last;
  behave();
  return true;
}

bool exports_hermes_http_gateway_event_reply(
    hermes_binary_api_bstr_t* body, hermes_http_gateway_api_headers_t* headers,
    hermes_string_t* path, hermes_string_t* method,
    hermes_http_gateway_api_http_gateway_response_t* answer) {
  (void)body, (void)headers, (void)path, (void)method;
  return hermes_http_answer(answer, 200, "text/plain", behave());
}

static bool report(bool run, hermes_integration_test_api_test_result_t* result) {
  hermes_string_dup(&result->name, run ? behave() : "does its one thing");
  result->status = true;
  return true;
}

bool exports_hermes_integration_test_event_test(uint32_t test, bool run,
                                                hermes_integration_test_api_test_result_t* result) {
  return test == 0 && report(run, result);
}

bool exports_hermes_integration_test_event_bench(
    uint32_t bench, bool run, hermes_integration_test_api_test_result_t* result) {
  return bench == 0 && report(run, result);
}

#endif
