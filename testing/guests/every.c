// Imports every interface that extensions provide, and calls each; handles every event that they
// raise. A request is answered by the names of those that did what they should, and a key of the
// name of each event says how often it came.

#include <stdio.h>
#include <time.h>

#include "hermes/buffer.h"
#include "hermes/http.h"

typedef hermes_kv_store_api_kv_values_t key_value;

static key_value number(uint64_t n) {
  return (key_value){HERMES_KV_STORE_API_KV_VALUES_KV_U64, {.kv_u64 = n}};
}

static void count(const char* event) {
  hermes_string_t key = hermes_text(event);
  key_value one = number(1);
  key_value before;
  hermes_kv_store_api_kv_add(&key, &one, &before);
}

// ---- Events.

bool exports_hermes_init_event_init(void) {
  hermes_string_t key = hermes_text("watched");
  key_value before;
  hermes_cron_api_cron_event_tag_t tag = hermes_text("soon");
  hermes_kv_store_api_kv_subscribe(&key, &before);
  count("init");
  return hermes_cron_api_delay(1, &tag);
}

bool exports_hermes_cron_event_on_cron(hermes_cron_api_cron_tagged_t* event, bool last) {
  (void)event, (void)last;
  count("on-cron");
  return true;
}

void exports_hermes_kv_store_event_kv_update(hermes_string_t* key, key_value* value) {
  (void)key, (void)value;
  count("kv-update");
}

void exports_hermes_http_request_event_on_http_response(uint64_t* request_id,
                                                        hermes_list_u8_t* response) {
  (void)request_id, (void)response;
  count("on-http-response");
}

bool exports_hermes_integration_test_event_test(uint32_t test, bool run,
                                                hermes_integration_test_api_test_result_t* result) {
  hermes_string_dup(&result->name, run ? "ran" : "is asked for");
  result->status = true;
  return test == 0;
}

bool exports_hermes_integration_test_event_bench(
    uint32_t bench, bool run, hermes_integration_test_api_test_result_t* result) {
  (void)bench, (void)run, (void)result;
  return false;
}

// ---- Imports: whether each did what it should.

static bool cron(void) {
  hermes_cron_api_cron_time_t every = {NULL, 0};
  hermes_cron_api_cron_tagged_t entry = {.tag = hermes_text("rarely")};
  hermes_cron_api_mkcron(&every, &every, &every, &every, &every, &entry.when);
  return hermes_cron_api_add(&entry, true) && hermes_cron_api_rm(&entry);
}

static bool crypto(void) {
  hermes_crypto_api_prefix_t prefix = {NULL, 0};
  hermes_crypto_api_mnemonic_phrase_t phrase;
  hermes_crypto_api_errno_t error;
  if (!hermes_crypto_api_generate_mnemonic(12, &prefix, NULL, &phrase, &error)) return false;
  const hermes_crypto_api_borrow_bip32_ed25519_t key = hermes_crypto_api_borrow_bip32_ed25519(
      hermes_crypto_api_constructor_bip32_ed25519(&phrase, NULL));
  hermes_crypto_api_bstr_t data = {(uint8_t*)"data", 4};
  hermes_crypto_api_bip32_ed25519_signature_t signature;
  hermes_crypto_api_method_bip32_ed25519_sign_data(key, &data, &signature);
  return hermes_crypto_api_method_bip32_ed25519_check_sig(key, &data, &signature);
}

static bool hash(void) {
  hermes_hash_api_bstr_t data = {(uint8_t*)"data", 4};
  hermes_hash_api_bstr_t digest;
  hermes_hash_api_errno_t error;
  return hermes_hash_api_blake3(&data, NULL, NULL, &digest, &error) && digest.len == 32;
}

// There is no permission for that host.
static bool http_request(void) {
  hermes_http_request_api_payload_t payload = {.host_uri = hermes_text("http://other.test"),
                                               .port = 80};
  hermes_http_request_api_error_code_t error;
  return !hermes_http_request_api_send(&payload, &error) &&
         error == HERMES_HTTP_REQUEST_API_ERROR_CODE_INTERNAL;
}

static bool kv_store(void) {
  hermes_string_t key = hermes_text("watched");
  key_value value = number(7);
  hermes_kv_store_api_kv_set(&key, &value);
  key_value found;
  return hermes_kv_store_api_kv_get(&key, &found) && found.val.kv_u64 == 7;
}

static bool localtime_(void) {
  hermes_localtime_api_datetime_t when = {0, 0};
  hermes_localtime_api_timezone_t zone = hermes_text("Asia/Tokyo");
  hermes_localtime_api_localtime_t found;
  hermes_localtime_api_errno_t error;
  return hermes_localtime_api_get_localtime(&when, &zone, &found, &error) && found.hh == 9;
}

static bool logging(void) {
  hermes_string_t message = hermes_text("every interface is called");
  hermes_logging_api_log(HERMES_LOGGING_API_LEVEL_INFO, NULL, NULL, NULL, NULL, NULL, &message,
                         NULL);
  return true;
}

static bool sqlite(void) {
  hermes_sqlite_api_own_sqlite_t database;
  hermes_sqlite_api_errno_t error;
  hermes_string_t sql = hermes_text("CREATE TABLE t (x)");
  return hermes_sqlite_api_open(false, true, &database, &error) &&
         hermes_sqlite_api_method_sqlite_execute(hermes_sqlite_api_borrow_sqlite(database), &sql,
                                                 &error);
}

static bool wasi(void) {
  return time(NULL) > 1000000000;
}

// It would end the engine; without the permission it traps.
static bool init(void) {
  hermes_init_api_done(3);
  return false;
}

bool exports_hermes_http_gateway_event_reply(
    hermes_binary_api_bstr_t* body, hermes_http_gateway_api_headers_t* headers,
    hermes_string_t* path, hermes_string_t* method,
    hermes_http_gateway_api_http_gateway_response_t* answer) {
  (void)body, (void)headers;
  static const struct {
    const char* name;
    bool (*works)(void);
  } kImports[] = {{"cron", cron},         {"crypto", crypto},
                  {"hash", hash},         {"http-request", http_request},
                  {"kv-store", kv_store}, {"localtime", localtime_},
                  {"logging", logging},   {"sqlite", sqlite},
                  {"wasi", wasi}};
  if (hermes_http_is(method, path, "POST", "/api/done")) init();
  hermes_buffer out = {0};
  for (size_t i = 0; i < sizeof kImports / sizeof *kImports; ++i) {
    if (!kImports[i].works()) continue;
    hermes_put(&out, kImports[i].name);
    hermes_put(&out, " ");
  }
  static const char* const kEvents[] = {"init", "on-cron", "kv-update"};
  for (size_t i = 0; i < sizeof kEvents / sizeof *kEvents; ++i) {
    hermes_string_t key = hermes_text(kEvents[i]);
    key_value times;
    if (!hermes_kv_store_api_kv_get(&key, &times) || times.val.kv_u64 == 0) continue;
    hermes_put(&out, kEvents[i]);
    hermes_put(&out, " ");
  }
  return hermes_http_answer_bytes(answer, 200, "text/plain", out.text, out.size);
}
