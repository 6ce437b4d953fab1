// Publishes messages of 1 KiB on the topic "bench", and counts those that come:
//
//   /api/subscribe          "ok"
//   /api/publish/1000       "0": how many of these could not be published
//   /api/count              how many have come

#include "hermes/buffer.h"
#include "hermes/http.h"

static hermes_kv_store_api_kv_values_t number(uint64_t value) {
  return (hermes_kv_store_api_kv_values_t){HERMES_KV_STORE_API_KV_VALUES_KV_U64, {.kv_u64 = value}};
}

static uint64_t publish(uint64_t count) {
  static uint8_t bytes[1024];
  hermes_string_t topic = hermes_text("bench");
  hermes_ipfs_api_message_data_t message = {bytes, sizeof bytes};
  hermes_ipfs_api_errno_t error;
  uint64_t failed = 0;
  for (uint64_t i = 0; i < count; ++i) {
    if (!hermes_ipfs_api_pubsub_publish(&topic, &message, &error)) ++failed;
  }
  return failed;
}

static bool subscribe(void) {
  hermes_string_t topic = hermes_text("bench");
  hermes_ipfs_api_errno_t error;
  bool is_new = false;
  return hermes_ipfs_api_pubsub_subscribe(&topic, &is_new, &error);
}

static uint64_t heard(uint64_t more) {
  hermes_string_t key = hermes_text("heard");
  hermes_kv_store_api_kv_values_t added = number(more), sum;
  return hermes_kv_store_api_kv_add(&key, &added, &sum) ? sum.val.kv_u64 : 0;
}

bool exports_hermes_http_gateway_event_reply(
    hermes_binary_api_bstr_t* body, hermes_http_gateway_api_headers_t* headers,
    hermes_string_t* path, hermes_string_t* method,
    hermes_http_gateway_api_http_gateway_response_t* answer) {
  (void)body, (void)headers, (void)method;
  static const char kPublish[] = "/api/publish/";
  const size_t skipped = sizeof kPublish - 1;
  hermes_buffer out = {0};
  if (hermes_text_is(*path, "/api/subscribe")) {
    hermes_put(&out, subscribe() ? "ok" : "failed");
  } else if (hermes_text_is(*path, "/api/count")) {
    hermes_put_number(&out, heard(0));
  } else if (path->len > skipped && memcmp(path->ptr, kPublish, skipped) == 0) {
    uint64_t count = 0;
    for (size_t i = skipped; i < path->len; ++i) count = count * 10 + (path->ptr[i] - '0');
    hermes_put_number(&out, publish(count));
  } else {
    return false;
  }
  return hermes_http_answer_bytes(answer, 200, "text/plain", out.text, out.size);
}

bool exports_hermes_ipfs_event_on_topic(exports_hermes_ipfs_event_pubsub_message_t* message) {
  if (message->message.len == 1024) heard(1);
  return true;
}
