// More arguments than fit into registers; what arrives is for the host to judge.

#include "shapes/shapes.h"

static bool every_argument(void) {
  hermes_string_t file = hermes_text("logging.c");
  hermes_string_t function = hermes_text("every_argument");
  uint32_t line = 7;
  uint32_t column = UINT32_MAX;
  hermes_string_t context = hermes_text("context");
  hermes_string_t message = hermes_text("with everything");
  hermes_string_t data = hermes_text("{\"a\":1}");
  hermes_logging_api_log(HERMES_LOGGING_API_LEVEL_ERROR, &file, &function, &line, &column, &context,
                         &message, &data);
  return true;
}

static bool no_option(void) {
  hermes_string_t message = hermes_text("with nothing");
  hermes_logging_api_log(HERMES_LOGGING_API_LEVEL_DEBUG, NULL, NULL, NULL, NULL, NULL, &message,
                         NULL);
  return true;
}

SHAPE_GROUP(logging_shapes, {"logging: every argument", every_argument},
            {"logging: no option", no_option});
