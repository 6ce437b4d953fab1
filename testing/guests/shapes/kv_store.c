// A variant of strings, bytes and 64-bit numbers, in options.

#include "shapes/shapes.h"

typedef hermes_kv_store_api_kv_values_t value;

enum {
  kString = HERMES_KV_STORE_API_KV_VALUES_KV_STRING,
  kS64 = HERMES_KV_STORE_API_KV_VALUES_KV_S64,
  kU64 = HERMES_KV_STORE_API_KV_VALUES_KV_U64,
  kF64 = HERMES_KV_STORE_API_KV_VALUES_KV_F64,
  kBstr = HERMES_KV_STORE_API_KV_VALUES_KV_BSTR,
  kCbor = HERMES_KV_STORE_API_KV_VALUES_KV_CBOR,
  kJson = HERMES_KV_STORE_API_KV_VALUES_KV_JSON,
};

static bool same_value(value left, value right) {
  if (left.tag != right.tag) return false;
  switch (left.tag) {
    case kString:
      return same_string(left.val.kv_string, right.val.kv_string);
    case kJson:
      return same_string(left.val.kv_json, right.val.kv_json);
    case kBstr:
      return same_bstr(left.val.kv_bstr, right.val.kv_bstr);
    case kCbor:
      return same_bstr(left.val.kv_cbor, right.val.kv_cbor);
    case kF64:
      return memcmp(&left.val.kv_f64, &right.val.kv_f64, sizeof(double)) == 0;
    default:
      return left.val.kv_u64 == right.val.kv_u64;
  }
}

static bool defaulted(value given) {
  hermes_string_t key = hermes_text("a key");
  value returned;
  return hermes_kv_store_api_kv_get_default(&key, &given, &returned) && same_value(given, returned);
}

static bool string_value(void) {
  return defaulted((value){kString, {.kv_string = hermes_text("h\xc3\xa9llo \xf0\x9f\x8c\x8d")}});
}
static bool empty_string(void) {
  return defaulted((value){kString, {.kv_string = hermes_text("")}});
}
static bool negative(void) {
  return defaulted((value){kS64, {.kv_s64 = INT64_MIN}});
}
static bool biggest(void) {
  return defaulted((value){kU64, {.kv_u64 = UINT64_MAX}});
}
static bool minus_zero(void) {
  return defaulted((value){kF64, {.kv_f64 = -0.0}});
}
static bool fraction(void) {
  return defaulted((value){kF64, {.kv_f64 = 0.1}});
}
static bool bytes_with_zeroes(void) {
  return defaulted((value){kBstr, {.kv_bstr = BYTES("\0\xff\0")}});
}
static bool cbor(void) {
  return defaulted((value){kCbor, {.kv_cbor = BYTES("\x83\1\2\3")}});
}
static bool json(void) {
  return defaulted((value){kJson, {.kv_json = hermes_text("[1,{}]")}});
}

static bool megabyte(void) {
  static uint8_t many[1 << 20];
  for (size_t i = 0; i < sizeof many; ++i) many[i] = (uint8_t)(i * 7);
  return defaulted((value){kBstr, {.kv_bstr = {many, sizeof many}}});
}

static bool none(void) {
  hermes_string_t key = hermes_text("a key");
  value returned;
  return !hermes_kv_store_api_kv_get_default(&key, NULL, &returned);
}

static bool set_and_got(void) {
  hermes_string_t key = hermes_text("set");
  value given = {kS64, {.kv_s64 = -5}};
  value returned;
  hermes_kv_store_api_kv_set(&key, &given);
  if (!hermes_kv_store_api_kv_get(&key, &returned) || !same_value(given, returned)) return false;
  hermes_kv_store_api_kv_set(&key, NULL);
  return !hermes_kv_store_api_kv_get(&key, &returned);
}

static bool get_set_and_add(void) {
  hermes_string_t key = hermes_text("a key");
  value given = {kString, {.kv_string = hermes_text("given")}};
  value returned;
  return hermes_kv_store_api_kv_get_set(&key, &given, &returned) && same_value(given, returned) &&
         hermes_kv_store_api_kv_add(&key, &given, &returned) && same_value(given, returned);
}

static bool two_options(void) {
  hermes_string_t key = hermes_text("a key");
  value test = {kF64, {.kv_f64 = 2.5}};
  value stored = {kBstr, {.kv_bstr = BYTES("stored")}};
  value returned;
  return hermes_kv_store_api_kv_cas(&key, &test, &stored, &returned) &&
         same_value(test, returned) && hermes_kv_store_api_kv_cas(&key, &test, NULL, &returned) &&
         same_value(test, returned) && !hermes_kv_store_api_kv_cas(&key, NULL, &stored, &returned);
}

static bool subscriptions(void) {
  hermes_string_t key = hermes_text("watched");
  value expected = {kString, {.kv_string = key}};
  value returned;
  return hermes_kv_store_api_kv_subscribe(&key, &returned) && same_value(expected, returned) &&
         hermes_kv_store_api_kv_unsubscribe(&key, &returned) && same_value(expected, returned);
}

SHAPE_GROUP(kv_shapes, {"kv: a string of several scripts", string_value},
            {"kv: an empty string", empty_string}, {"kv: the smallest s64", negative},
            {"kv: the largest u64", biggest}, {"kv: minus zero", minus_zero},
            {"kv: a fraction", fraction}, {"kv: bytes with zeroes", bytes_with_zeroes},
            {"kv: CBOR", cbor}, {"kv: JSON", json}, {"kv: a MiB of bytes", megabyte},
            {"kv: none", none}, {"kv: what was set is got", set_and_got},
            {"kv: get-set and add", get_set_and_add}, {"kv: two options in one call", two_options},
            {"kv: subscriptions", subscriptions});
