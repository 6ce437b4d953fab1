// Options of bytes and of a small number, results of bytes.

#include "shapes/shapes.h"

typedef hermes_hash_api_errno_t error_code;

static bool same_size_or_less(void) {
  bytes data = BYTES("123456");
  uint8_t four = 4;
  bytes hash;
  error_code error;
  return hermes_hash_api_blake2b(&data, NULL, &hash, &error) && same_bstr(hash, data) &&
         hermes_hash_api_blake2b(&data, &four, &hash, &error) && same_bstr(hash, BYTES("1234")) &&
         hermes_hash_api_blake2s(&data, &four, &hash, &error) && same_bstr(hash, BYTES("1234"));
}

static bool error_value(void) {
  bytes data = BYTES("123456");
  uint8_t zero = 0;
  bytes hash;
  error_code error;
  return !hermes_hash_api_blake2s(&data, &zero, &hash, &error) &&
         error == HERMES_HASH_API_ERRNO_INVALID_DIGEST_BYTE_LENGTH;
}

static bool options_of_bytes(void) {
  bytes data = BYTES("data");
  bytes key = BYTES("+key");
  bytes salt = BYTES("+salt");
  bytes personal = BYTES("+personal");
  bytes hash;
  error_code error;
  return hermes_hash_api_blake2bmac(&data, NULL, &key, &salt, &personal, &hash, &error) &&
         same_bstr(hash, BYTES("data+key+salt+personal")) &&
         hermes_hash_api_blake2smac(&data, NULL, &key, NULL, &personal, &hash, &error) &&
         same_bstr(hash, BYTES("data+key+personal")) &&
         hermes_hash_api_blake3(&data, NULL, &key, &hash, &error) &&
         same_bstr(hash, BYTES("data+key")) &&
         hermes_hash_api_blake3(&data, NULL, NULL, &hash, &error) && same_bstr(hash, data);
}

static bool empty_bytes(void) {
  bytes data = {NULL, 0};
  bytes hash;
  error_code error;
  return hermes_hash_api_blake2b(&data, NULL, &hash, &error) && hash.len == 0;
}

SHAPE_GROUP(hash_shapes, {"hash: bytes and an option of a byte", same_size_or_less},
            {"hash: an error", error_value}, {"hash: options of bytes", options_of_bytes},
            {"hash: no bytes", empty_bytes});
