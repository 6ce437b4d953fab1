// Logs without end, through the log and through stdout by turns.

#include <stdio.h>

#include "behaviours/any_event.h"
#include "hermes/text.h"

static const char* behave(void) {
  for (;;) {
    hermes_string_t message = hermes_text("chatter in the log");
    hermes_logging_api_log(HERMES_LOGGING_API_LEVEL_INFO, NULL, NULL, NULL, NULL, NULL, &message,
                           NULL);
    puts("chatter on stdout");
  }
}
