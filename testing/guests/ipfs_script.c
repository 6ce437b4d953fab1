// Calls the function of hermes:ipfs that the path names, with what follows in the path and with the
// body:
//
//   /api/file-add                   "hello"     "/ipfs/Qm…"
//   /api/file-get//ipfs/Qm…         ""          "hello"
//   /api/dht-put/key                "value"     "true"
//   /api/pubsub-publish/news        "hello"     "ok"
//   /api/publish-many/news          "1000"      "0": how many of these failed; they are the numbers
//   from 0
//
// The answer may be the name of an error: "file-get-error". A message is printed, "on-topic <topic>
// <publisher> <data>"; one that begins with "bad" is answered with false, and one that begins with
// "trap" with a trap.

#include <stdio.h>

#include "hermes/buffer.h"
#include "hermes/http.h"

static const char* const kErrors[] = {
    "dht-get-error",
    "dht-put-error",
    "file-add-error",
    "file-get-error",
    "file-pin-error",
    "get-cid-error",
    "invalid-cid",
    "invalid-dht-key",
    "invalid-dht-value",
    "invalid-ipfs-path",
    "invalid-peer-id",
    "invalid-pubsub-message",
    "peer-eviction-error",
    "pubsub-publish-error",
    "pubsub-subscribe-error",
    "pubsub-unsubscribe-error",
    "service-unavailable",
    "dht-provide-error",
    "dht-get-providers-error",
    "get-peer-id-error",
};

// What a function has come to.
typedef struct {
  bool done;  // Else there is an error.
  bool answer;
  hermes_ipfs_api_errno_t error;
} outcome;

static void put_bool(hermes_buffer* out, outcome of) {
  hermes_put(out, !of.done ? kErrors[of.error] : of.answer ? "true" : "false");
}

static void put_void(hermes_buffer* out, outcome of) {
  hermes_put(out, of.done ? "ok" : kErrors[of.error]);
}

static void put_bytes(hermes_buffer* out, outcome of, const uint8_t* bytes, size_t size) {
  if (!of.done) return hermes_put(out, kErrors[of.error]);
  hermes_put_bytes(out, bytes, size);
}

static void act_on_files(hermes_buffer* out, hermes_string_t function, hermes_string_t* path,
                         hermes_string_t body) {
  outcome of = {0};
  if (hermes_text_is(function, "file-add")) {
    hermes_ipfs_api_ipfs_file_t contents = {body.ptr, body.len};
    hermes_ipfs_api_file_add_result_t added;
    of.done = hermes_ipfs_api_file_add(&contents, &added, &of.error);
    put_bytes(out, of, added.file_path.ptr, added.file_path.len);
  } else if (hermes_text_is(function, "file-get")) {
    hermes_ipfs_api_ipfs_file_t file;
    of.done = hermes_ipfs_api_file_get(path, &file, &of.error);
    put_bytes(out, of, file.ptr, file.len);
  } else if (hermes_text_is(function, "file-pin")) {
    of.done = hermes_ipfs_api_file_pin(path, &of.answer, &of.error);
    put_bool(out, of);
  } else {
    of.done = hermes_ipfs_api_file_unpin(path, &of.answer, &of.error);
    put_bool(out, of);
  }
}

static void act_on_records(hermes_buffer* out, hermes_string_t function, hermes_string_t argument,
                           hermes_string_t body) {
  outcome of = {0};
  hermes_ipfs_api_dht_key_t key = {argument.ptr, argument.len};
  hermes_ipfs_api_dht_value_t value = {body.ptr, body.len};
  if (hermes_text_is(function, "dht-put")) {
    of.done = hermes_ipfs_api_dht_put(&key, &value, &of.answer, &of.error);
    put_bool(out, of);
  } else if (hermes_text_is(function, "dht-get")) {
    of.done = hermes_ipfs_api_dht_get(&key, &value, &of.error);
    put_bytes(out, of, value.ptr, value.len);
  } else if (hermes_text_is(function, "dht-provide")) {
    of.done = hermes_ipfs_api_dht_provide(&key, &of.error);
    put_void(out, of);
  } else {
    hermes_ipfs_api_list_peer_id_t peers = {NULL, 0};
    of.done = hermes_ipfs_api_dht_get_providers(&key, &peers, &of.error);
    put_void(out, of);
    for (size_t i = 0; i < peers.len; ++i) {
      hermes_put(out, " ");
      hermes_put_bytes(out, peers.ptr[i].ptr, peers.ptr[i].len);
    }
  }
}

static bool publish(hermes_string_t* topic, hermes_string_t data, hermes_ipfs_api_errno_t* error) {
  hermes_ipfs_api_message_data_t message = {data.ptr, data.len};
  return hermes_ipfs_api_pubsub_publish(topic, &message, error);
}

static void publish_many(hermes_buffer* out, hermes_string_t* topic, hermes_string_t digits) {
  uint32_t count = 0;
  for (size_t i = 0; i < digits.len; ++i) count = count * 10 + (uint32_t)(digits.ptr[i] - '0');
  uint64_t failed = 0;
  for (uint32_t i = 0; i < count; ++i) {
    char number[24];
    hermes_ipfs_api_errno_t error;
    snprintf(number, sizeof number, "%u", (unsigned)i);
    if (!publish(topic, hermes_text(number), &error)) ++failed;
  }
  hermes_put_number(out, failed);
}

static void act_on_topics(hermes_buffer* out, hermes_string_t function, hermes_string_t* topic,
                          hermes_string_t body) {
  outcome of = {0};
  if (hermes_text_is(function, "pubsub-publish")) {
    of.done = publish(topic, body, &of.error);
    put_void(out, of);
  } else if (hermes_text_is(function, "pubsub-subscribe")) {
    of.done = hermes_ipfs_api_pubsub_subscribe(topic, &of.answer, &of.error);
    put_bool(out, of);
  } else {
    of.done = hermes_ipfs_api_pubsub_unsubscribe(topic, &of.answer, &of.error);
    put_bool(out, of);
  }
}

static void validate(hermes_buffer* out, bool is_record, hermes_string_t argument,
                     hermes_string_t body) {
  outcome of = {0};
  hermes_ipfs_api_ipfs_content_t content = {0};
  if (is_record) {
    content.tag = HERMES_IPFS_API_IPFS_CONTENT_DHT;
    content.val.dht.f0 = (hermes_ipfs_api_dht_key_t){argument.ptr, argument.len};
    content.val.dht.f1 = (hermes_ipfs_api_dht_value_t){body.ptr, body.len};
  } else {
    content.tag = HERMES_IPFS_API_IPFS_CONTENT_PUBSUB;
    content.val.pubsub.f0 = argument;
    content.val.pubsub.f1 = (hermes_ipfs_api_message_data_t){body.ptr, body.len};
  }
  of.done = hermes_ipfs_api_ipfs_content_validate(&content, &of.answer, &of.error);
  put_bool(out, of);
}

static bool begins(hermes_string_t text, const char* beginning) {
  return text.len >= strlen(beginning) && memcmp(text.ptr, beginning, strlen(beginning)) == 0;
}

static void act(hermes_buffer* out, hermes_string_t function, hermes_string_t* argument,
                hermes_string_t body) {
  outcome of = {0};
  if (begins(function, "file-")) return act_on_files(out, function, argument, body);
  if (begins(function, "dht-")) return act_on_records(out, function, *argument, body);
  if (begins(function, "pubsub-")) return act_on_topics(out, function, argument, body);
  if (hermes_text_is(function, "publish-many")) {
    return publish_many(out, argument, body);
  }
  if (hermes_text_is(function, "validate-dht")) return validate(out, true, *argument, body);
  if (hermes_text_is(function, "validate-pubsub")) return validate(out, false, *argument, body);
  if (hermes_text_is(function, "peer-evict")) {
    of.done = hermes_ipfs_api_peer_evict(argument, &of.answer, &of.error);
    return put_bool(out, of);
  }
  hermes_ipfs_api_peer_id_t peer;
  of.done = hermes_ipfs_api_get_peer_id(&peer, &of.error);
  put_bytes(out, of, peer.ptr, peer.len);
}

bool exports_hermes_http_gateway_event_reply(
    hermes_binary_api_bstr_t* body, hermes_http_gateway_api_headers_t* headers,
    hermes_string_t* path, hermes_string_t* method,
    hermes_http_gateway_api_http_gateway_response_t* answer) {
  (void)headers, (void)method;
  hermes_string_t function = {path->ptr + strlen("/api/"), path->len - strlen("/api/")};
  const uint8_t* slash = (const uint8_t*)memchr(function.ptr, '/', function.len);
  if (!slash) return false;
  hermes_string_t argument = {(uint8_t*)slash + 1,
                              (size_t)(function.ptr + function.len - slash - 1)};
  function.len = (size_t)(slash - function.ptr);
  hermes_buffer out = {0};
  act(&out, function, &argument, (hermes_string_t){body->ptr, body->len});
  return hermes_http_answer_bytes(answer, 200, "text/plain", out.text, out.size);
}

bool exports_hermes_ipfs_event_on_topic(exports_hermes_ipfs_event_pubsub_message_t* message) {
  hermes_string_t data = {message->message.ptr, message->message.len};
  hermes_string_t publisher = {0};
  if (message->publisher.is_some) publisher = message->publisher.val;
  printf("on-topic %.*s %.*s %.*s\n", (int)message->topic.len, (const char*)message->topic.ptr,
         (int)publisher.len, (const char*)publisher.ptr, (int)data.len, (const char*)data.ptr);
  fflush(stdout);
  if (begins(data, "trap")) __builtin_trap();
  return !begins(data, "bad");
}
