#ifndef HERMES_TEXT_H
#define HERMES_TEXT_H

// Strings of the bindings, which are a pointer and a length. See http.h for who frees what.

#include <stdbool.h>
#include <string.h>

#include "hermes.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Borrowed from `text`: for arguments of host functions.
static inline hermes_string_t hermes_text(const char* text) {
  hermes_string_t string;
  hermes_string_set(&string, text);
  return string;
}

static inline bool hermes_text_is(hermes_string_t string, const char* text) {
  return string.len == strlen(text) && memcmp(string.ptr, text, string.len) == 0;
}

#ifdef __cplusplus
}
#endif

#endif
