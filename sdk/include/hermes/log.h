#ifndef HERMES_LOG_H
#define HERMES_LOG_H

// For worlds that import hermes:logging/api.

#include "hermes/text.h"

#ifdef __cplusplus
extern "C" {
#endif

/// HERMES_LOGGING_API_LEVEL_INFO and its like; a record of the message alone.
static inline void hermes_log(hermes_logging_api_level_t level, const char* message) {
  hermes_string_t text = hermes_text(message);
  hermes_logging_api_log(level, NULL, NULL, NULL, NULL, NULL, &text, NULL);
}

#ifdef __cplusplus
}
#endif

#endif
