// Calls one host function again and again: CASE says which, CALLS how often.

#include "hermes.h"

enum { kNumber, kText, kIn, kOut };

static uint8_t buffer[65536];

static void hash(size_t size, uint8_t bytes_out) {
  hermes_hash_api_bstr_t in = {buffer, size}, out = {NULL, 0};
  hermes_hash_api_errno_t error;
  if (!hermes_hash_api_blake2b(&in, &bytes_out, &out, &error)) __builtin_trap();
  hermes_hash_api_bstr_free(&out);
}

bool exports_hermes_init_event_init(void) {
  for (int i = 0; i < CALLS; ++i) {
    switch (CASE) {
      case kNumber:
        hermes_init_api_done(7);
        break;
      case kText:
        hash(32, 32);
        break;
      case kIn:
        hash(sizeof buffer, 1);
        break;
      case kOut:
        hash(1, 0);
        break;
    }
  }
  return true;
}
