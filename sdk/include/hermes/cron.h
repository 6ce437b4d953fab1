#ifndef HERMES_CRON_H
#define HERMES_CRON_H

// For worlds that import hermes:cron/api.

#include "hermes/text.h"

#ifdef __cplusplus
extern "C" {
#endif

/// `when` as in crontab(5), in UTC: "0 3 * * *". False if it never occurs, or there are too many.
static inline bool hermes_cron_every(const char* when, const char* tag) {
  hermes_cron_api_cron_tagged_t entry;
  entry.when = hermes_text(when);
  entry.tag = hermes_text(tag);
  return hermes_cron_api_add(&entry, true);
}

static inline bool hermes_cron_after(uint64_t nanoseconds, const char* tag) {
  hermes_string_t text = hermes_text(tag);
  return hermes_cron_api_delay(nanoseconds, &text);
}

#ifdef __cplusplus
}
#endif

#endif
