// A record of nine fields of mixed sizes, which another package's record is turned into and back.

#include "shapes/shapes.h"

typedef hermes_localtime_api_localtime_t localtime_t;
typedef hermes_localtime_api_datetime_t datetime;
typedef hermes_localtime_api_errno_t error_code;

static localtime_t sample(void) {
  return (localtime_t){UINT64_MAX, 11, 6, 31, 23, 59, 60, 999999999, hermes_text("Europe/Oslo")};
}

static bool same_fields(localtime_t left, localtime_t right) {
  return left.year == right.year && left.month == right.month && left.dow == right.dow &&
         left.day == right.day && left.hh == right.hh && left.mm == right.mm &&
         left.ss == right.ss && left.ns == right.ns;
}

static bool wide_record(void) {
  localtime_t time = sample();
  localtime_t returned;
  error_code error;
  return hermes_localtime_api_alt_localtime(&time, NULL, &returned, &error) &&
         same_fields(time, returned) && same_string(time.tz, returned.tz);
}

static bool wide_record_and_option(void) {
  localtime_t time = sample();
  localtime_t returned;
  hermes_string_t zone = hermes_text("Asia/Tokyo");
  error_code error;
  return hermes_localtime_api_alt_localtime(&time, &zone, &returned, &error) &&
         same_fields(time, returned) && same_string(zone, returned.tz);
}

static bool option_of_record(void) {
  datetime when = {1234567890123, 42};
  hermes_string_t zone = hermes_text("UTC");
  localtime_t returned;
  error_code error;
  if (!hermes_localtime_api_get_localtime(&when, &zone, &returned, &error)) return false;
  if (returned.year != when.seconds || returned.ns != 42) return false;
  return hermes_text_is(returned.tz, "UTC") &&
         hermes_localtime_api_get_localtime(NULL, NULL, &returned, &error) && returned.year == 0 &&
         hermes_text_is(returned.tz, "none");
}

static bool record_of_another_package(void) {
  localtime_t time = sample();
  datetime returned;
  error_code error;
  return hermes_localtime_api_get_datetime(&time, &returned, &error) &&
         returned.seconds == UINT64_MAX && returned.nanoseconds == 999999999;
}

static bool error_value(void) {
  localtime_t time = sample();
  time.year = 0;
  datetime returned;
  error_code error;
  return !hermes_localtime_api_get_datetime(&time, &returned, &error) &&
         error == HERMES_LOCALTIME_API_ERRNO_YEAR_OUT_OF_RANGE;
}

SHAPE_GROUP(localtime_shapes, {"localtime: a record of nine fields", wide_record},
            {"localtime: the record and an option", wide_record_and_option},
            {"localtime: an option of a record", option_of_record},
            {"localtime: a record of another package", record_of_another_package},
            {"localtime: an error", error_value});
