// Each event hands on what it was given: as its result, or to a host function. README.md says how.

#include <stdlib.h>

#include "shapes/shapes.h"

static void store(const char* key, hermes_kv_store_api_kv_values_t value) {
  hermes_string_t text = hermes_text(key);
  hermes_kv_store_api_kv_set(&text, &value);
}

static void store_number(const char* key, uint64_t number) {
  store(key, (hermes_kv_store_api_kv_values_t){HERMES_KV_STORE_API_KV_VALUES_KV_U64,
                                               {.kv_u64 = number}});
}

static void store_bytes(hermes_string_t* key, bytes value) {
  hermes_kv_store_api_kv_values_t stored = {HERMES_KV_STORE_API_KV_VALUES_KV_BSTR,
                                            {.kv_bstr = value}};
  hermes_kv_store_api_kv_set(key, &stored);
}

bool exports_hermes_cron_event_on_cron(hermes_cron_api_cron_tagged_t* event, bool last) {
  return hermes_cron_api_add(event, last);
}

void exports_hermes_kv_store_event_kv_update(hermes_string_t* key,
                                             hermes_kv_store_api_kv_values_t* value) {
  hermes_kv_store_api_kv_set(key, value);
}

void exports_hermes_http_request_event_on_http_response(uint64_t* request_id,
                                                        hermes_list_u8_t* response) {
  hermes_http_request_api_payload_t payload = {.host_uri = hermes_text("response"),
                                               .body = *response};
  payload.request_id.is_some = request_id != NULL;
  if (request_id) payload.request_id.val = *request_id;
  hermes_http_request_api_error_code_t error;
  hermes_http_request_api_send(&payload, &error);
}

bool exports_hermes_ipfs_event_on_topic(exports_hermes_ipfs_event_pubsub_message_t* message) {
  store_bytes(&message->topic, (bytes){message->message.ptr, message->message.len});
  return message->publisher.is_some && message->publisher.val.len > 0;
}

void exports_hermes_doc_sync_event_on_new_doc_on_new_doc(hermes_string_t* channel, bytes* doc) {
  store_bytes(channel, *doc);
}

/// One for each letter of the channel.
void exports_hermes_doc_sync_event_document_provider_return_cids(
    hermes_string_t* channel,
    exports_hermes_doc_sync_event_document_provider_list_ipfs_cid_t* cids) {
  cids->len = channel->len;
  cids->ptr = malloc((channel->len + 1) * sizeof *cids->ptr);
  for (size_t i = 0; i < channel->len; ++i) {
    cids->ptr[i].len = i + 1;
    cids->ptr[i].ptr = malloc(i + 1);
    memset(cids->ptr[i].ptr, channel->ptr[i], i + 1);
  }
}

bool exports_hermes_doc_sync_event_document_provider_retrieve_doc(
    hermes_string_t* channel, exports_hermes_doc_sync_event_document_provider_ipfs_cid_t* cid,
    bytes* doc) {
  *doc = (bytes){cid->ptr, cid->len};
  return channel->len > 0;
}

static void look_at(hermes_cardano_api_borrow_subscription_id_t subscription,
                    hermes_cardano_api_borrow_block_t block) {
  hermes_cardano_api_cardano_network_t network;
  hermes_cardano_api_method_subscription_id_get_network(subscription, &network);
  if (network.tag == HERMES_CARDANO_API_CARDANO_NETWORK_TESTNET_MAGIC) {
    store_number("magic", network.val.testnet_magic);
  }
  store_number("slot", hermes_cardano_api_method_block_get_slot(block));
}

void exports_hermes_cardano_event_on_block_on_cardano_block(
    hermes_cardano_api_borrow_subscription_id_t subscription,
    hermes_cardano_api_borrow_block_t block) {
  look_at(subscription, block);
}

void exports_hermes_cardano_event_on_immutable_roll_forward_on_cardano_immutable_roll_forward(
    hermes_cardano_api_borrow_subscription_id_t subscription,
    hermes_cardano_api_borrow_block_t block) {
  look_at(subscription, block);
  hermes_cardano_api_method_subscription_id_unsubscribe(subscription);
}

static void answer(hermes_http_gateway_api_http_response_t* response, uint16_t code,
                   hermes_http_gateway_api_headers_t headers, bytes body) {
  response->code = code;
  response->headers = headers;
  response->body = body;
}

/// Headers and body as they came; the code is the size of the path.
bool exports_hermes_http_gateway_event_reply(
    bytes* body, hermes_http_gateway_api_headers_t* headers, hermes_string_t* path,
    hermes_string_t* method, hermes_http_gateway_api_http_gateway_response_t* response) {
  if (hermes_text_is(*method, "NONE")) return false;
  if (hermes_text_is(*method, "REDIRECT")) {
    response->tag = HERMES_HTTP_GATEWAY_API_HTTP_GATEWAY_RESPONSE_INTERNAL_REDIRECT;
    response->val.internal_redirect = *path;
    return true;
  }
  response->tag = HERMES_HTTP_GATEWAY_API_HTTP_GATEWAY_RESPONSE_HTTP;
  answer(&response->val.http, (uint16_t)path->len, *headers, *body);
  return true;
}

/// Declines where no authentication is needed; otherwise the code tells the level.
bool exports_hermes_http_gateway_event_auth_validate_auth(
    hermes_http_gateway_api_auth_request_t* request,
    hermes_http_gateway_api_http_response_t* response) {
  if (request->auth_level.tag == HERMES_HTTP_GATEWAY_API_AUTH_LEVEL_NONE) return false;
  const uint16_t code =
      request->auth_level.tag == HERMES_HTTP_GATEWAY_API_AUTH_LEVEL_REQUIRED ? 401 : 200;
  answer(response, code, request->headers, (bytes){NULL, 0});
  return true;
}
