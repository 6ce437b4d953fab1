// Imports every interface that the engine provides, and calls each; handles every event that it
// raises. A key of the name of each event says how often it came. Requests, by their path:
//
//   /api/works   the names of the interfaces that did what they should, each in a line. A body is
//                where requests go: "https://127.0.0.1 8443"
//   /api/events  the names of the events that came
//   /api/done    hermes:init/api, which ends the call
//   /api/exit    wasi:cli/exit, which ends it, too: it is declined
//
// All others are declined, and so come to wasi:http/incoming-handler, which answers "incoming".

#include <stdio.h>
#include <stdlib.h>

#include "every.h"
#include "hermes/buffer.h"
#include "hermes/http.h"

typedef hermes_kv_store_api_kv_values_t key_value;

hermes_string_t every_uri;
uint16_t every_port;

static void count(const char* event) {
  hermes_string_t key = hermes_text(event);
  key_value one = {HERMES_KV_STORE_API_KV_VALUES_KV_U64, {.kv_u64 = 1}};
  key_value before;
  hermes_kv_store_api_kv_add(&key, &one, &before);
}

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

bool exports_hermes_ipfs_event_on_topic(exports_hermes_ipfs_event_pubsub_message_t* message) {
  (void)message;
  count("on-topic");
  return true;
}

// What comes back is printed: "response 7: 28 bytes".
void exports_hermes_http_request_event_on_http_response(uint64_t* request_id,
                                                        hermes_list_u8_t* response) {
  printf("response %u: %zu bytes\n", request_id ? (unsigned)*request_id : 0, response->len);
  fflush(stdout);
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
  return exports_hermes_integration_test_event_test(bench, run, result);
}

bool exports_hermes_http_gateway_event_auth_validate_auth(
    hermes_http_gateway_api_auth_request_t* request,
    hermes_http_gateway_api_http_response_t* response) {
  (void)request, (void)response;
  count("validate-auth");
  return false;
}

void exports_wasi_http_incoming_handler_handle(wasi_http_types_own_incoming_request_t request,
                                               wasi_http_types_own_response_outparam_t out) {
  wasi_http_types_incoming_request_drop_own(request);
  count("wasi:http");
  wasi_http_types_result_own_outgoing_response_error_code_t response = {
      .is_err = false,
      .val.ok =
          wasi_http_types_constructor_outgoing_response(wasi_http_types_constructor_fields())};
  wasi_http_types_own_outgoing_body_t body;
  wasi_http_types_method_outgoing_response_body(
      wasi_http_types_borrow_outgoing_response(response.val.ok), &body);
  wasi_http_types_static_response_outparam_set(out, &response);
  wasi_http_types_own_output_stream_t stream;
  wasi_http_types_method_outgoing_body_write(wasi_http_types_borrow_outgoing_body(body), &stream);
  hermes_list_u8_t bytes = {(uint8_t*)"incoming", 8};
  wasi_io_streams_stream_error_t stream_error;
  wasi_io_streams_method_output_stream_blocking_write_and_flush(
      wasi_io_streams_borrow_output_stream(stream), &bytes, &stream_error);
  wasi_io_streams_output_stream_drop_own(stream);
  wasi_http_types_error_code_t error;
  wasi_http_types_static_outgoing_body_finish(body, NULL, &error);
}

// "https://127.0.0.1 8443"; nothing for nowhere.
static void set_destination(const hermes_binary_api_bstr_t* body) {
  if (body->len == 0) return;
  char* text = (char*)calloc(1, body->len + 1);
  memcpy(text, body->ptr, body->len);
  char* blank = strchr(text, ' ');
  *blank = '\0';
  every_uri = hermes_text(text);
  every_port = (uint16_t)atoi(blank + 1);
}

static void put_line(hermes_buffer* out, const char* text) {
  hermes_put(out, text);
  hermes_put(out, "\n");
}

static void put_what_works(hermes_buffer* out, const every_import* import) {
  for (; import->interface; ++import) {
    if (import->works()) put_line(out, import->interface);
  }
}

static void put_events(hermes_buffer* out) {
  static const char* const kEvents[] = {"init",     "kv-update",     "on-cron",  "on-http-response",
                                        "on-topic", "validate-auth", "wasi:http"};
  for (size_t i = 0; i < sizeof kEvents / sizeof *kEvents; ++i) {
    hermes_string_t key = hermes_text(kEvents[i]);
    key_value times;
    if (hermes_kv_store_api_kv_get(&key, &times)) put_line(out, kEvents[i]);
  }
}

bool exports_hermes_http_gateway_event_reply(
    hermes_binary_api_bstr_t* body, hermes_http_gateway_api_headers_t* headers,
    hermes_string_t* path, hermes_string_t* method,
    hermes_http_gateway_api_http_gateway_response_t* answer) {
  (void)headers, (void)method;
  hermes_buffer out = {0};
  if (hermes_text_is(*path, "/api/works")) {
    set_destination(body);
    put_what_works(&out, every_of_hermes);
    put_what_works(&out, every_of_wasi);
  } else if (hermes_text_is(*path, "/api/events")) {
    put_events(&out);
  } else if (hermes_text_is(*path, "/api/done")) {
    hermes_init_api_done(3);
  } else {
    if (hermes_text_is(*path, "/api/exit")) {
      wasi_cli_exit_result_void_void_t success = {.is_err = false};
      wasi_cli_exit_exit(&success);
    }
    return false;
  }
  return hermes_http_answer_bytes(answer, 200, "text/plain", out.text, out.size);
}
