// Sleeps on the monotonic clock of WASI for as many milliseconds as the event says: the number of a
// test, or the digits at the end of a cron tag or of a path. A request is told on stdout first.

#include <errno.h>
#include <stdio.h>
#include <time.h>

#include "hermes/http.h"

static bool sleep_ms(uint32_t ms) {
  const struct timespec duration = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
  return clock_nanosleep(CLOCK_MONOTONIC, 0, &duration, NULL) == 0;
}

static uint32_t digits_at_end(hermes_string_t text) {
  uint32_t number = 0;
  uint32_t unit = 1;
  for (size_t i = text.len; i > 0 && text.ptr[i - 1] >= '0' && text.ptr[i - 1] <= '9'; --i) {
    number += (uint32_t)(text.ptr[i - 1] - '0') * unit;
    unit *= 10;
  }
  return number;
}

bool exports_hermes_cron_event_on_cron(hermes_cron_api_cron_tagged_t* event, bool last) {
  (void)last;
  return sleep_ms(digits_at_end(event->tag));
}

bool exports_hermes_http_gateway_event_reply(
    hermes_binary_api_bstr_t* body, hermes_http_gateway_api_headers_t* headers,
    hermes_string_t* path, hermes_string_t* method,
    hermes_http_gateway_api_http_gateway_response_t* answer) {
  (void)body, (void)headers, (void)method;
  const uint32_t ms = digits_at_end(*path);
  printf("asked to sleep %u ms\n", (unsigned)ms);
  fflush(stdout);
  const bool slept = sleep_ms(ms);
  return hermes_http_answer(answer, slept ? 200 : 500, "text/plain", slept ? "slept" : "did not");
}

bool exports_hermes_integration_test_event_test(uint32_t ms, bool run,
                                                hermes_integration_test_api_test_result_t* result) {
  hermes_string_dup(&result->name, "sleeps");
  result->status = !run || sleep_ms(ms);
  return true;
}

bool exports_hermes_integration_test_event_bench(
    uint32_t ms, bool run, hermes_integration_test_api_test_result_t* result) {
  return exports_hermes_integration_test_event_test(ms, run, result);
}
