// Hands every function that takes a text, bytes, a handle or a place for its answer one that is
// none: outside the memory, around its end, not text, too large. The name of a test says of which
// function it is and how the call ends: "kv-get key: out of bounds". A test that returns was not
// stopped by a trap, and its name then is what the function answered: "refused" or "taken".

#include <stdio.h>
#include <stdlib.h>

#include "hermes/text.h"

typedef struct {
  const char* name;
  bool (*call)(hermes_string_t input);  // True: it took the input.
} taker;

static bool kv_set_value(uint8_t tag, hermes_string_t input) {
  hermes_string_t key = hermes_text("key");
  hermes_kv_store_api_kv_values_t value = {.tag = tag, .val = {.kv_string = input}};
  hermes_kv_store_api_kv_set(&key, &value);
  return true;
}

static hermes_kv_store_api_kv_values_t found;

static bool kv_set_key(hermes_string_t input) {
  hermes_kv_store_api_kv_set(&input, NULL);
  return true;
}
static bool kv_get_default_key(hermes_string_t input) {
  return hermes_kv_store_api_kv_get_default(&input, NULL, &found);
}
static bool kv_get_key(hermes_string_t input) {
  return hermes_kv_store_api_kv_get(&input, &found);
}
static bool kv_get_set_key(hermes_string_t input) {
  return hermes_kv_store_api_kv_get_set(&input, NULL, &found);
}
static bool kv_add_key(hermes_string_t input) {
  return hermes_kv_store_api_kv_add(&input, NULL, &found);
}
static bool kv_cas_key(hermes_string_t input) {
  return hermes_kv_store_api_kv_cas(&input, NULL, NULL, &found);
}
static bool kv_subscribe_key(hermes_string_t input) {
  return hermes_kv_store_api_kv_subscribe(&input, &found);
}
static bool kv_unsubscribe_key(hermes_string_t input) {
  return hermes_kv_store_api_kv_unsubscribe(&input, &found);
}
static bool kv_set_string(hermes_string_t input) {
  return kv_set_value(HERMES_KV_STORE_API_KV_VALUES_KV_STRING, input);
}
static bool kv_set_json(hermes_string_t input) {
  return kv_set_value(HERMES_KV_STORE_API_KV_VALUES_KV_JSON, input);
}
static bool kv_set_bstr(hermes_string_t input) {
  return kv_set_value(HERMES_KV_STORE_API_KV_VALUES_KV_BSTR, input);
}
static bool kv_set_cbor(hermes_string_t input) {
  return kv_set_value(HERMES_KV_STORE_API_KV_VALUES_KV_CBOR, input);
}

static bool cron_add_when(hermes_string_t input) {
  hermes_cron_api_cron_tagged_t entry = {input, hermes_text("tag")};
  return hermes_cron_api_add(&entry, false);
}
static bool cron_add_tag(hermes_string_t input) {
  hermes_cron_api_cron_tagged_t entry = {hermes_text("0 0 1 1 *"), input};
  return hermes_cron_api_add(&entry, false);
}
static bool cron_delay_tag(hermes_string_t input) {
  return hermes_cron_api_delay(1000000000, &input);
}
static bool cron_ls_tag(hermes_string_t input) {
  hermes_cron_api_list_tuple2_cron_tagged_bool_t entries;
  hermes_cron_api_ls(&input, &entries);
  return entries.len > 0;
}
static bool cron_rm_when(hermes_string_t input) {
  hermes_cron_api_cron_tagged_t entry = {input, hermes_text("tag")};
  return hermes_cron_api_rm(&entry);
}
static bool cron_mkcron_list(hermes_string_t input) {
  hermes_cron_api_cron_time_t all = {(hermes_cron_api_cron_component_t*)input.ptr, input.len};
  hermes_cron_api_cron_sched_t text;
  hermes_cron_api_mkcron(&all, &all, &all, &all, &all, &text);
  return text.len > 0;
}

static bool send_to(hermes_string_t input) {
  hermes_http_request_api_payload_t payload = {.host_uri = input, .port = 80};
  hermes_http_request_api_error_code_t error;
  return hermes_http_request_api_send(&payload, &error);
}
static bool send_body(hermes_string_t input) {
  hermes_http_request_api_payload_t payload = {
      .host_uri = hermes_text("http://nowhere.test"), .port = 80, .body = {input.ptr, input.len}};
  hermes_http_request_api_error_code_t error;
  return hermes_http_request_api_send(&payload, &error);
}

static hermes_sqlite_api_errno_t sql_error;

static hermes_sqlite_api_borrow_sqlite_t database(void) {
  hermes_sqlite_api_own_sqlite_t opened;
  if (!hermes_sqlite_api_open(false, true, &opened, &sql_error)) abort();
  return hermes_sqlite_api_borrow_sqlite(opened);
}
static hermes_sqlite_api_own_statement_t statement(void) {
  hermes_sqlite_api_own_statement_t prepared;
  hermes_string_t sql = hermes_text("SELECT ?");
  if (!hermes_sqlite_api_method_sqlite_prepare(database(), &sql, &prepared, &sql_error)) abort();
  return prepared;
}
static bool bind_value(uint8_t tag, hermes_string_t input) {
  hermes_sqlite_api_value_t value = {.tag = tag, .val = {.text = input}};
  return hermes_sqlite_api_method_statement_bind(hermes_sqlite_api_borrow_statement(statement()), 1,
                                                 &value, &sql_error);
}

static bool sqlite_execute_sql(hermes_string_t input) {
  return hermes_sqlite_api_method_sqlite_execute(database(), &input, &sql_error);
}
static bool sqlite_prepare_sql(hermes_string_t input) {
  hermes_sqlite_api_own_statement_t prepared;
  return hermes_sqlite_api_method_sqlite_prepare(database(), &input, &prepared, &sql_error);
}
static bool sqlite_bind_text(hermes_string_t input) {
  return bind_value(HERMES_SQLITE_API_VALUE_TEXT, input);
}
static bool sqlite_bind_blob(hermes_string_t input) {
  return bind_value(HERMES_SQLITE_API_VALUE_BLOB, input);
}

static const taker kTexts[] = {
    {"kv-set key", kv_set_key},
    {"kv-get-default key", kv_get_default_key},
    {"kv-get key", kv_get_key},
    {"kv-get-set key", kv_get_set_key},
    {"kv-add key", kv_add_key},
    {"kv-cas key", kv_cas_key},
    {"kv-subscribe key", kv_subscribe_key},
    {"kv-unsubscribe key", kv_unsubscribe_key},
    {"kv-set string", kv_set_string},
    {"kv-set json", kv_set_json},
    {"add when", cron_add_when},
    {"add tag", cron_add_tag},
    {"delay tag", cron_delay_tag},
    {"ls tag", cron_ls_tag},
    {"rm when", cron_rm_when},
    {"send host-uri", send_to},
    {"execute sql", sqlite_execute_sql},
    {"prepare sql", sqlite_prepare_sql},
    {"bind text", sqlite_bind_text},
};
static const taker kLists[] = {
    {"kv-set bstr", kv_set_bstr},      {"kv-set cbor", kv_set_cbor},
    {"mkcron list", cron_mkcron_list}, {"send body", send_body},
    {"bind blob", sqlite_bind_blob},
};

// ---- What they are handed.

static size_t memory_size(void) {
  return __builtin_wasm_memory_size(0) * 65536;
}

typedef struct {
  const char* end;
  hermes_string_t (*make)(void);
} input;

static hermes_string_t outside(void) {
  return (hermes_string_t){(uint8_t*)(memory_size() + 4096), 8};
}
static hermes_string_t beyond_the_end(void) {
  return (hermes_string_t){(uint8_t*)(memory_size() - 8), 4096};
}
static hermes_string_t that_wraps(void) {
  return (hermes_string_t){(uint8_t*)16, 0xfffffff8};
}
static hermes_string_t of_2_gib(void) {
  return (hermes_string_t){(uint8_t*)16, 0x7fffffff};
}
static hermes_string_t no_text(void) {
  return (hermes_string_t){(uint8_t*)"\xc3\x28", 2};
}
static hermes_string_t half_a_surrogate(void) {
  return (hermes_string_t){(uint8_t*)"\xed\xa0\x80", 3};
}
// It is all there, but more than any function takes.
static hermes_string_t large(void) {
  const size_t size = 20 << 20;
  uint8_t* text = (uint8_t*)malloc(size);
  if (!text) abort();
  memset(text, 'x', size);
  return (hermes_string_t){text, size};
}

static const input kWild[] = {
    {"out of bounds", outside},
    {"out of bounds", beyond_the_end},
    {"out of bounds", that_wraps},
    {"out of bounds", of_2_gib},
};
static const input kNoTexts[] = {{"invalid utf-8", no_text}, {"invalid utf-8", half_a_surrogate}};

// ---- Handles, and places for answers.

enum { kNoHandle = 4711 };

static bool close_of_nothing(hermes_string_t unused) {
  (void)unused;
  return hermes_sqlite_api_method_sqlite_close((hermes_sqlite_api_borrow_sqlite_t){kNoHandle},
                                               &sql_error);
}
static bool step_of_nothing(hermes_string_t unused) {
  (void)unused;
  hermes_sqlite_api_step_result_t result;
  return hermes_sqlite_api_method_statement_step((hermes_sqlite_api_borrow_statement_t){kNoHandle},
                                                 &result, &sql_error);
}
static bool step_of_a_database(hermes_string_t unused) {
  (void)unused;
  hermes_sqlite_api_step_result_t result;
  return hermes_sqlite_api_method_statement_step(
      (hermes_sqlite_api_borrow_statement_t){database().__handle}, &result, &sql_error);
}
static bool reset_of_what_was_finalized(hermes_string_t unused) {
  (void)unused;
  const hermes_sqlite_api_own_statement_t own = statement();
  hermes_sqlite_api_static_statement_finalize(own, &sql_error);
  return hermes_sqlite_api_method_statement_reset(
      (hermes_sqlite_api_borrow_statement_t){own.__handle}, &sql_error);
}
static bool finalize_twice(hermes_string_t unused) {
  (void)unused;
  const hermes_sqlite_api_own_statement_t own = statement();
  hermes_sqlite_api_static_statement_finalize(own, &sql_error);
  return hermes_sqlite_api_static_statement_finalize(own, &sql_error);
}
static bool column_that_is_not_there(hermes_string_t unused) {
  (void)unused;
  hermes_sqlite_api_value_t value;
  return hermes_sqlite_api_method_statement_column(hermes_sqlite_api_borrow_statement(statement()),
                                                   0xffffffff, &value, &sql_error);
}

#define IMPORT(module, name) \
  __attribute__((__import_module__(module), __import_name__(name))) extern

// What the bindings call, which has a place for the answer last.
IMPORT("hermes:kv-store/api", "kv-get")
void __wasm_import_hermes_kv_store_api_kv_get(uint8_t* key, size_t len, uint8_t* answer);
IMPORT("hermes:sqlite/api", "open")
void __wasm_import_hermes_sqlite_api_open(int32_t readonly, int32_t memory, uint8_t* answer);

static bool kv_get_to_nowhere(hermes_string_t unused) {
  (void)unused;
  __wasm_import_hermes_kv_store_api_kv_get((uint8_t*)"key", 3, (uint8_t*)(memory_size() + 4096));
  return true;
}
static bool open_to_an_odd_place(hermes_string_t unused) {
  (void)unused;
  static uint64_t place[4];
  __wasm_import_hermes_sqlite_api_open(0, 1, (uint8_t*)place + 1);
  return true;
}

static const taker kOthers[] = {
    {"close: unknown handle", close_of_nothing},
    {"step: unknown handle", step_of_nothing},
    {"step: handle", step_of_a_database},
    {"reset: unknown handle", reset_of_what_was_finalized},
    {"finalize: unknown handle", finalize_twice},
    {"column: refused", column_that_is_not_there},
    {"kv-get: out of bounds", kv_get_to_nowhere},
    {"open: not aligned", open_to_an_odd_place},
};

// Of these, the 20 MiB are for the function to judge: some trap.
static const taker kJudges[] = {
    {"kv-set key: key", kv_set_key},
    {"kv-set string: value", kv_set_string},
    {"kv-set bstr: value", kv_set_bstr},
    {"add when: refused", cron_add_when},
    {"add tag: refused", cron_add_tag},
    {"delay tag: refused", cron_delay_tag},
    {"ls tag: refused", cron_ls_tag},
    {"rm when: refused", cron_rm_when},
    {"send host-uri: refused", send_to},
    {"send body: refused", send_body},
    {"execute sql: refused", sqlite_execute_sql},
    {"prepare sql: refused", sqlite_prepare_sql},
    {"bind text: refused", sqlite_bind_text},
    {"bind blob: refused", sqlite_bind_blob},
};

// ---- The tests, one behind the other.

#define COUNT(table) (sizeof(table) / sizeof *(table))

typedef struct {
  const taker* called;
  const input* handed;  // Without an `end`, the name of the taker says it.
} misdeed;

// Whether `number` is one of all pairs of these, or how many are left to skip.
static bool pair(uint32_t* number, const taker* takers, size_t taker_count, const input* inputs,
                 size_t input_count, misdeed* chosen) {
  if (*number >= taker_count * input_count) {
    *number -= (uint32_t)(taker_count * input_count);
    return false;
  }
  *chosen = (misdeed){takers + *number / input_count, inputs + *number % input_count};
  return true;
}

static bool choose(uint32_t number, misdeed* chosen) {
  static const input kLarge = {NULL, large};
  static const input kNothing = {NULL, NULL};
  return pair(&number, kTexts, COUNT(kTexts), kWild, COUNT(kWild), chosen) ||
         pair(&number, kTexts, COUNT(kTexts), kNoTexts, COUNT(kNoTexts), chosen) ||
         pair(&number, kLists, COUNT(kLists), kWild, COUNT(kWild), chosen) ||
         pair(&number, kJudges, COUNT(kJudges), &kLarge, 1, chosen) ||
         pair(&number, kOthers, COUNT(kOthers), &kNothing, 1, chosen);
}

bool exports_hermes_integration_test_event_test(uint32_t test, bool run,
                                                hermes_integration_test_api_test_result_t* result) {
  misdeed chosen;
  if (!choose(test, &chosen)) return false;
  char name[64];
  if (run) {
    const hermes_string_t handed =
        chosen.handed->make ? chosen.handed->make() : (hermes_string_t){NULL, 0};
    snprintf(name, sizeof name, "%s", chosen.called->call(handed) ? "taken" : "refused");
  } else {
    snprintf(name, sizeof name, "%s%s%s", chosen.called->name, chosen.handed->end ? ": " : "",
             chosen.handed->end ? chosen.handed->end : "");
  }
  hermes_string_dup(&result->name, name);
  result->status = true;
  return true;
}

bool exports_hermes_integration_test_event_bench(
    uint32_t bench, bool run, hermes_integration_test_api_test_result_t* result) {
  (void)bench, (void)run, (void)result;
  return false;
}
