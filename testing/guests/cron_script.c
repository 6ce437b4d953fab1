// Calls the function that the path names with the lines of the body, and answers what comes back.
//
//   /api/add     "* * * * *\ntag\nretrigger"    "true"; without the third line, it fires once
//   /api/rm      "* * * * *\ntag"               "true"
//   /api/delay   "1000000\ntag"                 "true"
//   /api/ls      "tag", or nothing for all      a line for each: "* * * * *|tag|true"
//   /api/mkcron  five lines: "*", "1,4-6" or nothing, of the days of the week, months … minutes
//
// What fires is printed: "fired <tag> <schedule>", with " last" behind it if it is. The tag "stop"
// is answered with false.

#include <stdio.h>

#include "hermes/buffer.h"
#include "hermes/http.h"

typedef hermes_cron_api_cron_tagged_t tagged;

static const char* told(bool yes) {
  return yes ? "true" : "false";
}

// The next line of the text, which moves behind it; null after the last.
static char* next_line(char** text) {
  char* line = *text;
  if (!line) return NULL;
  *text = strchr(line, '\n');
  if (*text) *(*text)++ = '\0';
  return line;
}

static tagged read_tagged(char** body) {
  tagged entry;
  entry.when = hermes_text(next_line(body));
  const char* tag = next_line(body);
  entry.tag = hermes_text(tag ? tag : "");
  return entry;
}

static void list(hermes_buffer* out, char* body) {
  hermes_string_t tag = hermes_text(body);
  hermes_cron_api_list_tuple2_cron_tagged_bool_t entries;
  hermes_cron_api_ls(*body ? &tag : NULL, &entries);
  for (size_t i = 0; i < entries.len; ++i) {
    const tagged* entry = &entries.ptr[i].f0;
    hermes_put_bytes(out, entry->when.ptr, entry->when.len);
    hermes_put(out, "|");
    hermes_put_bytes(out, entry->tag.ptr, entry->tag.len);
    hermes_put(out, "|");
    hermes_put(out, told(entries.ptr[i].f1));
    hermes_put(out, "\n");
  }
}

static hermes_cron_api_cron_time_t read_field(char* text) {
  hermes_cron_api_cron_time_t field = {NULL, 0};
  field.ptr = (hermes_cron_api_cron_component_t*)calloc(100, sizeof *field.ptr);
  for (char* part = strtok(text, ","); part; part = strtok(NULL, ",")) {
    hermes_cron_api_cron_component_t* component = &field.ptr[field.len++];
    const char* dash = strchr(part, '-');
    if (*part == '*') {
      component->tag = HERMES_CRON_API_CRON_COMPONENT_ALL;
    } else if (dash) {
      component->tag = HERMES_CRON_API_CRON_COMPONENT_RANGE;
      component->val.range.f0 = (uint8_t)atoi(part);
      component->val.range.f1 = (uint8_t)atoi(dash + 1);
    } else {
      component->tag = HERMES_CRON_API_CRON_COMPONENT_AT;
      component->val.at = (uint8_t)atoi(part);
    }
  }
  return field;
}

static void make(hermes_buffer* out, char* body) {
  hermes_cron_api_cron_time_t fields[5];
  char empty[] = "";
  for (int i = 0; i < 5; ++i) {
    char* line = next_line(&body);
    fields[i] = read_field(line ? line : empty);
  }
  hermes_cron_api_cron_sched_t when;
  hermes_cron_api_mkcron(&fields[0], &fields[1], &fields[2], &fields[3], &fields[4], &when);
  hermes_put_bytes(out, when.ptr, when.len);
}

static void act(hermes_buffer* out, const hermes_string_t* path, char* body) {
  if (hermes_text_is(*path, "/api/ls")) return list(out, body);
  if (hermes_text_is(*path, "/api/mkcron")) return make(out, body);
  tagged entry = read_tagged(&body);
  bool answer = false;
  if (hermes_text_is(*path, "/api/add")) answer = hermes_cron_api_add(&entry, body != NULL);
  if (hermes_text_is(*path, "/api/rm")) answer = hermes_cron_api_rm(&entry);
  if (hermes_text_is(*path, "/api/delay")) {
    const uint64_t nanoseconds = strtoull((const char*)entry.when.ptr, NULL, 10);
    answer = hermes_cron_api_delay(nanoseconds, &entry.tag);
  }
  hermes_put(out, told(answer));
}

bool exports_hermes_http_gateway_event_reply(
    hermes_binary_api_bstr_t* body, hermes_http_gateway_api_headers_t* headers,
    hermes_string_t* path, hermes_string_t* method,
    hermes_http_gateway_api_http_gateway_response_t* answer) {
  (void)headers, (void)method;
  hermes_buffer text = {0};
  hermes_put_bytes(&text, body->ptr, body->len);
  hermes_put_bytes(&text, "", 1);
  hermes_buffer out = {0};
  act(&out, path, text.text);
  return hermes_http_answer_bytes(answer, 200, "text/plain", out.text, out.size);
}

bool exports_hermes_cron_event_on_cron(tagged* event, bool last) {
  printf("fired %.*s %.*s%s\n", (int)event->tag.len, (const char*)event->tag.ptr,
         (int)event->when.len, (const char*)event->when.ptr, last ? " last" : "");
  fflush(stdout);
  return !hermes_text_is(event->tag, "stop");
}
