#ifndef HERMES_BUFFER_H
#define HERMES_BUFFER_H

// Text that is put together, in memory that ends with the call. Without memory it traps.

#include <stdlib.h>
#include <string.h>

#include "hermes.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Empty where all is zero.
typedef struct {
  char* text;
  size_t size;
  size_t capacity;
} hermes_buffer;

static inline void hermes_put_bytes(hermes_buffer* buffer, const void* bytes, size_t size) {
  if (size > buffer->capacity - buffer->size) {
    buffer->capacity = (buffer->size + size) * 2;
    buffer->text = (char*)realloc(buffer->text, buffer->capacity);
    if (!buffer->text) __builtin_trap();
  }
  memcpy(buffer->text + buffer->size, bytes, size);
  buffer->size += size;
}

static inline void hermes_put(hermes_buffer* buffer, const char* text) {
  hermes_put_bytes(buffer, text, strlen(text));
}

/// In decimal.
static inline void hermes_put_number(hermes_buffer* buffer, uint64_t number) {
  char digits[20];
  char* first = digits + sizeof digits;
  do {
    *--first = (char)('0' + number % 10);
    number /= 10;
  } while (number > 0);
  hermes_put_bytes(buffer, first, (size_t)(digits + sizeof digits - first));
}

#ifdef __cplusplus
}
#endif

#endif
