// Records of strings, lists of tuples of them, lists of variants with tuples.

#include "shapes/shapes.h"

typedef hermes_cron_api_cron_tagged_t tagged;
typedef hermes_cron_api_cron_component_t component;

static tagged entry_of(const char* when, const char* tag) {
  return (tagged){hermes_text(when), hermes_text(tag)};
}

static bool record_and_bool(void) {
  tagged entry = entry_of("0 * * * *", "hourly");
  return hermes_cron_api_add(&entry, true) && !hermes_cron_api_add(&entry, false);
}

static bool record_alone(void) {
  tagged alike = entry_of("same", "same");
  tagged different = entry_of("same", "other");
  return hermes_cron_api_rm(&alike) && !hermes_cron_api_rm(&different);
}

static bool number_and_string(void) {
  hermes_string_t tag = hermes_text("12345");
  return hermes_cron_api_delay(5, &tag) && !hermes_cron_api_delay(UINT64_MAX, &tag);
}

static bool list_of_tuples_of_records(void) {
  hermes_string_t tag = hermes_text("my tag");
  hermes_cron_api_list_tuple2_cron_tagged_bool_t entries;
  hermes_cron_api_ls(&tag, &entries);
  return entries.len == 2 && same_string(entries.ptr[0].f0.when, tag) &&
         same_string(entries.ptr[0].f0.tag, tag) && entries.ptr[0].f1 &&
         hermes_text_is(entries.ptr[1].f0.when, "") && same_string(entries.ptr[1].f0.tag, tag) &&
         !entries.ptr[1].f1;
}

static bool empty_list(void) {
  hermes_cron_api_list_tuple2_cron_tagged_bool_t entries;
  hermes_cron_api_ls(NULL, &entries);
  return entries.len == 0;
}

static bool lists_of_variants(void) {
  component all[] = {{.tag = HERMES_CRON_API_CRON_COMPONENT_ALL}};
  component mixed[] = {
      {HERMES_CRON_API_CRON_COMPONENT_AT, {.at = 255}},
      {HERMES_CRON_API_CRON_COMPONENT_RANGE, {.range = {2, 4}}},
      {.tag = HERMES_CRON_API_CRON_COMPONENT_ALL},
  };
  component one[] = {{HERMES_CRON_API_CRON_COMPONENT_AT, {.at = 0}}};
  hermes_cron_api_cron_time_t dow = {all, 1};
  hermes_cron_api_cron_time_t month = {mixed, 3};
  hermes_cron_api_cron_time_t day = {NULL, 0};
  hermes_cron_api_cron_time_t hour = {one, 1};
  hermes_cron_api_cron_time_t minute = {mixed + 1, 2};
  hermes_string_t text;
  hermes_cron_api_mkcron(&dow, &month, &day, &hour, &minute, &text);
  return hermes_text_is(text, "*;255,2-4,*;;0;2-4,*");
}

SHAPE_GROUP(cron_shapes, {"cron: a record and a bool", record_and_bool},
            {"cron: a record alone", record_alone},
            {"cron: a number and a string", number_and_string},
            {"cron: a list of tuples of records", list_of_tuples_of_records},
            {"cron: an empty list", empty_list},
            {"cron: five lists of variants", lists_of_variants});
