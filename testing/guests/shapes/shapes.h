#ifndef HERMES_GUESTS_SHAPES_H
#define HERMES_GUESTS_SHAPES_H

// A shape is a round trip of one kind of value through a host that answers as README.md says.

#include "hermes/text.h"

typedef struct {
  const char* name;
  bool (*comes_back)(void);
} shape;

typedef struct {
  const shape* shapes;
  size_t count;
} shape_group;

extern const shape_group cardano_shapes;
extern const shape_group cron_shapes;
extern const shape_group crypto_shapes;
extern const shape_group hash_shapes;
extern const shape_group http_request_shapes;
extern const shape_group kv_shapes;
extern const shape_group localtime_shapes;
extern const shape_group logging_shapes;
extern const shape_group sqlite_shapes;

#define SHAPE_GROUP(group, ...)                    \
  static const shape all_shapes[] = {__VA_ARGS__}; \
  const shape_group group = {all_shapes, sizeof all_shapes / sizeof *all_shapes}

typedef hermes_binary_api_bstr_t bytes;

/// Borrowed; may hold zeroes.
#define BYTES(literal) ((bytes){.ptr = (uint8_t*)(literal), .len = sizeof(literal) - 1})

static inline bool same_bytes(const uint8_t* left, size_t left_size, const uint8_t* right,
                              size_t right_size) {
  return left_size == right_size && (left_size == 0 || memcmp(left, right, left_size) == 0);
}

static inline bool same_bstr(bytes left, bytes right) {
  return same_bytes(left.ptr, left.len, right.ptr, right.len);
}

static inline bool same_string(hermes_string_t left, hermes_string_t right) {
  return same_bytes(left.ptr, left.len, right.ptr, right.len);
}

#endif
