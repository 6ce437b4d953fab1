#include "greeting.h"
#include "hermes/buffer.h"
#include "hermes/log.h"

bool exports_hermes_init_event_init(void) {
  hermes_log(HERMES_LOGGING_API_LEVEL_INFO, "ready");
  return true;
}

void exports_app_outside_greeter_greet(hermes_string_t* name,
                                       app_outside_words_greeting_t* greeting) {
  hermes_buffer text = {0};
  hermes_put(&text, GREETING);
  hermes_put_bytes(&text, name->ptr, name->len);
  greeting->text = (hermes_string_t){(uint8_t*)text.text, text.size};
}
