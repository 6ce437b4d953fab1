// Calls each interface of hermes once.

#include <stdio.h>

#include "every.h"

typedef hermes_kv_store_api_kv_values_t key_value;

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

// The response raises an event. Without a destination it asks for a host that it may not reach.
static bool http_request(void) {
  const bool somewhere = every_port != 0;
  hermes_http_request_api_payload_t payload = {
      .host_uri = somewhere ? every_uri : hermes_text("http://other.test"),
      .port = somewhere ? every_port : 80,
      .request_id = {true, 7}};
  char request[300];
  const char* host = strstr((const char*)payload.host_uri.ptr, "://") + 3;
  const int size =
      snprintf(request, sizeof request, "GET /hermes HTTP/1.1\r\nHost: %s\r\n\r\n", host);
  payload.body.ptr = (uint8_t*)request;
  payload.body.len = (size_t)size;
  hermes_http_request_api_error_code_t error;
  const bool sent = hermes_http_request_api_send(&payload, &error);
  return somewhere ? sent : !sent && error == HERMES_HTTP_REQUEST_API_ERROR_CODE_INTERNAL;
}

static bool ipfs(void) {
  hermes_ipfs_api_ipfs_file_t contents = {(uint8_t*)"data", 4};
  hermes_ipfs_api_file_add_result_t added;
  hermes_ipfs_api_ipfs_file_t file;
  hermes_ipfs_api_errno_t error;
  return hermes_ipfs_api_file_add(&contents, &added, &error) &&
         hermes_ipfs_api_file_get(&added.file_path, &file, &error) && file.len == 4;
}

static bool kv_store(void) {
  hermes_string_t key = hermes_text("watched");
  key_value value = {HERMES_KV_STORE_API_KV_VALUES_KV_U64, {.kv_u64 = 7}};
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

const every_import every_of_hermes[] = {{"hermes:cron/api", cron},
                                        {"hermes:crypto/api", crypto},
                                        {"hermes:hash/api", hash},
                                        {"hermes:http-request/api", http_request},
                                        {"hermes:ipfs/api", ipfs},
                                        {"hermes:kv-store/api", kv_store},
                                        {"hermes:localtime/api", localtime_},
                                        {"hermes:logging/api", logging},
                                        {"hermes:sqlite/api", sqlite},
                                        {NULL, NULL}};
